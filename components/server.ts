import * as pulumi from "@pulumi/pulumi";
import { connectionUrl } from "../postgres/connection";
import type { OwnNames } from "../postgres/existing/droppable";
import type { Machine } from "../postgres/machine";
import { OWN_SERVER_SESSIONS } from "../postgres/session-limits";
import type { Tls } from "../postgres/tls";

/** A PostgreSQL server of any kind. Resources in the server have `within` among their options. */
export abstract class Server extends pulumi.ComponentResource {
  abstract readonly host: pulumi.Output<string>;
  abstract readonly port: pulumi.Output<number>;
  abstract readonly adminUser: string;
  abstract readonly adminPassword: pulumi.Output<string>;
  /** The machine or service that runs the server. */
  abstract readonly machine: pulumi.Output<Machine>;
  /** Whether others use the server too. The stack then changes only its own settings, databases and roles. */
  readonly shared: boolean = false;
  /** The objects that are dropped when the stack is destroyed. Undefined when the whole server is removed. */
  readonly own?: pulumi.Output<OwnNames>;
  /** The container that is the stack's own; left out where there is none. */
  readonly container?: pulumi.Output<string>;
  /** The number of sessions that the server has for roles without special attributes. */
  readonly sessions: pulumi.Output<number> = pulumi.output(OWN_SERVER_SESSIONS);
  /** Whether the administrator is a superuser. */
  readonly superuser: pulumi.Input<boolean> = true;
  /**
   * The TLS options of connections.
   *
   * @default no encryption
   */
  readonly tls?: Tls;
  /** Options for every resource in the server. It is created after the server is ready, and deleted with the server. */
  abstract readonly within: pulumi.CustomResourceOptions;

  /** Creates the resources that let the administrator act as a role of the stack. A superuser needs none. */
  readonly mayActAs: (
    name: string,
    role: pulumi.Input<string>,
    opts: pulumi.CustomResourceOptions,
  ) => pulumi.Resource[] = () => [];

  /** The administrator's URL of the database `postgres`. It is secret. */
  get adminUrl(): pulumi.Output<string> {
    return this.urlOf("postgres");
  }

  /** The administrator's URL of a database. It is secret, and only for statements of this program. */
  urlOf(database: pulumi.Input<string>): pulumi.Output<string> {
    return this.loginUrl(this.adminUser, this.adminPassword, database);
  }

  /** The URL with which a role logs in to a database. It is secret. */
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
