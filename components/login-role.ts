import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { type PasswordForm, scramVerifier } from "../postgres/scram";

/** What both roles' passwords have in common. */
export interface PasswordArgs {
  /** Raised to give each role a new password. */
  passwordVersion: number;
  /** What the server is sent of the passwords. */
  passwordForm: PasswordForm;
}

export interface LoginRoleArgs extends postgresql.RoleArgs, PasswordArgs {
  /** Name of the resource that draws the password. */
  passwordName: string;
}

/** A role that logs in by a password. */
export interface LoginRole {
  role: postgresql.Role;
  /** Secret. */
  password: pulumi.Output<string>;
}

/**
 * Creates a role with a random password. The server gets the password's SCRAM verifier only, so that the password is in
 * no statement, unless `passwordForm` says otherwise.
 *
 * @param parent of the password and its salt
 */
export function loginRole(
  name: string,
  { passwordName, passwordVersion, passwordForm, ...args }: LoginRoleArgs,
  parent: pulumi.Resource,
  opts: pulumi.CustomResourceOptions,
): LoginRole {
  const keepers = { version: String(passwordVersion) };
  const password = new random.RandomPassword(
    passwordName,
    { length: 32, special: false, keepers },
    { parent },
  ).result;
  const made = (sent: pulumi.Output<string>): LoginRole => ({
    role: new postgresql.Role(name, { ...args, login: true, password: sent }, opts),
    password,
  });
  if (passwordForm === "cleartext") return made(password);
  // The salt is drawn once for each password, so that the verifier stays the same from run to run.
  const salt = new random.RandomBytes(`${name}-salt`, { length: 16, keepers }, { parent });
  const verifier = pulumi
    .all([password, salt.base64])
    .apply(([text, base64]) => scramVerifier(text, Buffer.from(base64, "base64")));
  return made(verifier);
}
