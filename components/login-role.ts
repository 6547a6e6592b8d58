import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { type PasswordForm, scramVerifier } from "../postgres/scram";

/** The options that both roles' passwords share. */
export interface PasswordArgs {
  /** A new number gives each role a new password. */
  passwordVersion: number;
  /** The form in which the passwords are sent to the server. */
  passwordForm: PasswordForm;
}

export interface LoginRoleArgs extends postgresql.RoleArgs, PasswordArgs {
  /** The name of the resource that creates the password. */
  passwordName: string;
}

/** A role that logs in with a password. */
export interface LoginRole {
  role: postgresql.Role;
  /** The password. It is secret. */
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
  // The salt is created once for each password, so that the verifier is the same in every run.
  const salt = new random.RandomBytes(`${name}-salt`, { length: 16, keepers }, { parent });
  const verifier = pulumi
    .all([password, salt.base64])
    .apply(([text, base64]) => scramVerifier(text, Buffer.from(base64, "base64")));
  return made(verifier);
}
