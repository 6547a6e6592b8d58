import type * as pulumi from "@pulumi/pulumi";
import type { Machine } from "../postgres/machine";
import { ADMIN_USER, OwnServer } from "./own-server";
import { keepsLost } from "./protection";
import { serverChecks, type ServerChecksArgs } from "./server-checks";
import { TaskResource } from "./task-resource";

export interface EmbeddedServerArgs extends ServerChecksArgs {
  stack: string;
  /** Whether a lost server is not created again, so that its data can be restored. */
  protect: boolean;
  /** PostgreSQL's major version. */
  version: number;
  /**
   * The folder for the server's data.
   *
   * @default a folder in the project, or below /var/lib/chat-perf for root
   */
  dataDir?: string;
  /**
   * The TCP port on loopback.
   *
   * @default a free port, which is chosen once and kept
   */
  port?: number;
  /** The database to which `roles` may connect. */
  database: string;
  roles: string[];
  /** Other networks, in CIDR notation, from which the roles may connect. */
  allowedCidrs: string[];
}

/**
 * A PostgreSQL server from npm that runs on this machine. Only this machine and the allowed networks can connect to it.
 * Everything in the server is removed with it.
 */
export class EmbeddedServer extends OwnServer {
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  readonly machine: pulumi.Output<Machine>;
  readonly within: pulumi.CustomResourceOptions;

  constructor(name: string, args: EmbeddedServerArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("chat-perf:postgres:EmbeddedServer", name, opts);
    const parent = { parent: this };

    const server = new EmbeddedServerTask(name, args, this.adminPassword, parent);
    this.host = server.host;
    this.port = server.port;
    this.machine = server.dataDirectory.apply((dataDirectory): Machine => ({
      kind: "embedded",
      dataDirectory,
    }));

    const checks = serverChecks(name, this, args, { ...parent, deletedWith: server, replaceWith: [server] });
    // When the server is replaced, everything in it is replaced too. Pulumi treats only resources with `replaceWith` as
    // deleted with the server, and not the server itself. The resources in the server are therefore deleted with the
    // checks.
    this.within = { dependsOn: checks, deletedWith: checks, replaceWith: [server] };
    this.registerOutputs({ host: this.host, port: this.port, systemIdentifier: server.systemIdentifier });
  }
}

class EmbeddedServerTask extends TaskResource<"EmbeddedServer"> {
  declare readonly host: pulumi.Output<string>;
  declare readonly port: pulumi.Output<number>;
  declare readonly dataDirectory: pulumi.Output<string>;
  declare readonly systemIdentifier: pulumi.Output<string | undefined>;

  constructor(
    name: string,
    { stack, protect, version, dataDir, port, database, roles, allowedCidrs }: EmbeddedServerArgs,
    adminPassword: pulumi.Input<string>,
    opts: pulumi.CustomResourceOptions,
  ) {
    const keeps = (key: string): string =>
      `chat-perf:${key} cannot change while the server exists. Run \`pulumi destroy -s ${stack}\` first, or set it back.`;
    super(
      "EmbeddedServer",
      `${name}-server`,
      {
        stack,
        postgresVersion: version,
        dataDir: dataDir ?? "",
        wantedPort: port ?? 0,
        adminUser: ADMIN_USER,
        adminPassword,
        database,
        roles,
        allowedCidrs,
      },
      ["host", "port", "dataDirectory", "logFile", "version", "systemIdentifier"],
      opts,
      {
        asksStale: "also when inputs change",
        ...keepsLost(stack, protect, "folder"),
        immutable: {
          dataDir: keeps("dataDir"),
          postgresVersion: keeps("postgresVersion"),
        },
      },
    );
  }
}
