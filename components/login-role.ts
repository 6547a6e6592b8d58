import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { scramVerifier } from "../postgres/scram";

export interface LoginRoleArgs extends postgresql.RoleArgs {
  /** Name of the resource that draws the password. */
  passwordName: string;
  /** Raised to give the role a new password. */
  passwordVersion: number;
}

/** A role that logs in by a password. */
export interface LoginRole {
  role: postgresql.Role;
  /** Secret. */
  password: pulumi.Output<string>;
}

/**
 * Creates a role with a random password. The server gets the password's SCRAM verifier only, so that the password is in
 * no statement.
 *
 * @param parent of the password and its salt
 */
export function loginRole(
  name: string,
  { passwordName, passwordVersion, ...args }: LoginRoleArgs,
  parent: pulumi.Resource,
  opts: pulumi.CustomResourceOptions,
): LoginRole {
  const keepers = { version: String(passwordVersion) };
  const password = new random.RandomPassword(
    passwordName,
    { length: 32, special: false, keepers },
    { parent },
  ).result;
  // The salt is drawn once for each password, so that the verifier stays the same from run to run.
  const salt = new random.RandomBytes(`${name}-salt`, { length: 16, keepers }, { parent });
  const verifier = pulumi
    .all([password, salt.base64])
    .apply(([text, base64]) => scramVerifier(text, Buffer.from(base64, "base64")));
  return { role: new postgresql.Role(name, { ...args, login: true, password: verifier }, opts), password };
}
