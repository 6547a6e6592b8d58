import * as pulumi from "@pulumi/pulumi";
import { connectionUrl } from "../postgres/connection";
import type { Machine } from "../postgres/machine";

/**
 * A PostgreSQL server as the rest of the stack sees it, wherever it runs. Resources in the server take `within`
 * among their options.
 */
export abstract class Server extends pulumi.ComponentResource {
  abstract readonly host: pulumi.Output<string>;
  abstract readonly port: pulumi.Output<number>;
  abstract readonly adminUser: string;
  abstract readonly adminPassword: pulumi.Output<string>;
  /** What it runs on. */
  abstract readonly machine: pulumi.Output<Machine>;
  /** Options for whatever lives in the server: made once it is ready, gone when it is gone. */
  abstract readonly within: pulumi.CustomResourceOptions;

  /** The administrator's URL of the `postgres` database; secret. */
  get adminUrl(): pulumi.Output<string> {
    return this.urlOf("postgres");
  }

  /**
   * The administrator's URL of a database; secret. With `role`, the session acts as that role, so that
   * provisioning needs neither the role's password nor another one when the password is rotated.
   */
  urlOf(database: pulumi.Input<string>, role?: pulumi.Input<string>): pulumi.Output<string> {
    return this.loginUrl(this.adminUser, this.adminPassword, database).apply((base) =>
      pulumi
        .output(role)
        .apply((actingRole) =>
          actingRole === undefined ? base : `${base}?options=${encodeURIComponent(`-c role=${actingRole}`)}`,
        ),
    );
  }

  /** The URL by which a role logs in to a database; secret. */
  loginUrl(
    user: pulumi.Input<string>,
    password: pulumi.Input<string>,
    database: pulumi.Input<string>,
  ): pulumi.Output<string> {
    const { host, port } = this;
    return pulumi.secret(pulumi.output({ host, port, user, password, database }).apply(connectionUrl));
  }
}
