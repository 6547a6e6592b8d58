import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { Server } from "./server";

/** The superuser of a server that the stack has made. */
export const ADMIN_USER = "postgres";

/** A server that the stack makes for itself, and that goes with the stack. */
export abstract class OwnServer extends Server {
  readonly adminUser = ADMIN_USER;
  readonly adminPassword: pulumi.Output<string>;

  protected constructor(type: string, name: string, opts: pulumi.ComponentResourceOptions) {
    super(type, name, {}, opts);
    this.adminPassword = new random.RandomPassword(
      `${name}-admin-password`,
      { length: 32, special: false },
      { parent: this },
    ).result;
  }
}
