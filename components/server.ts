import * as pulumi from "@pulumi/pulumi";
import { connectionUrl } from "../postgres/connection";
import type { OwnNames } from "../postgres/existing/droppable";
import type { Machine } from "../postgres/machine";
import { OWN_SERVER_SESSIONS } from "../postgres/session-limits";
import type { Tls } from "../postgres/tls";

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
  /** Others use it too: of its settings, databases and roles the stack changes only its own. */
  readonly shared: boolean = false;
  /** What has to be dropped when the stack goes; left out where the server goes with it. */
  readonly own?: pulumi.Output<OwnNames>;
  /** The container that is the stack's own; left out where there is none. */
  readonly container?: pulumi.Output<string>;
  /** Sessions that the server has for roles without special rights. */
  readonly sessions: pulumi.Output<number> = pulumi.output(OWN_SERVER_SESSIONS);
  /** Whether the administrator is a superuser. */
  readonly superuser: pulumi.Input<boolean> = true;
  /** How it is connected to; left out: without encryption. */
  readonly tls?: Tls;
  /** Options for whatever lives in the server: made once it is ready, gone when it is gone. */
  abstract readonly within: pulumi.CustomResourceOptions;

  /** What lets the administrator act as a role that the stack has made; a superuser may anyway. */
  readonly mayActAs: (
    name: string,
    role: pulumi.Input<string>,
    opts: pulumi.CustomResourceOptions,
  ) => pulumi.Resource[] = () => [];

  /** The administrator's URL of the `postgres` database; secret. */
  get adminUrl(): pulumi.Output<string> {
    return this.urlOf("postgres");
  }

  /** The administrator's URL of a database; secret. For the program's own statements only. */
  urlOf(database: pulumi.Input<string>): pulumi.Output<string> {
    return this.loginUrl(this.adminUser, this.adminPassword, database);
  }

  /** The URL by which a role logs in to a database; secret. */
  loginUrl(
    user: pulumi.Input<string>,
    password: pulumi.Input<string>,
    database: pulumi.Input<string>,
  ): pulumi.Output<string> {
    const { host, port, tls } = this;
    const parts = pulumi.output({ host, port, user, password, database });
    return pulumi.secret(
      parts.apply((connection) => connectionUrl({ ...connection, ...(tls !== undefined && { tls }) })),
    );
  }
}
