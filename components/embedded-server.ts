import type * as pulumi from "@pulumi/pulumi";
import type { Machine } from "../postgres/machine";
import { ADMIN_USER, OwnServer } from "./own-server";
import { serverChecks, type ServerChecksArgs } from "./server-checks";
import { TaskResource } from "./task-resource";

export interface EmbeddedServerArgs extends ServerChecksArgs {
  stack: string;
  /** Whether a server that is gone is not made anew, so that its data can be brought back. */
  protect: boolean;
  /** PostgreSQL's major version. */
  version: number;
  /** Folder for the server's data; left out: one in the project, or below /var/lib for root. */
  dataDir?: string;
  /** TCP port on loopback; left out: a free one is chosen once and kept. */
  port?: number;
  /** The database that `roles` may connect to. */
  database: string;
  roles: string[];
  /** Networks beside this machine from which they may, in CIDR notation. */
  allowedCidrs: string[];
}

/**
 * A PostgreSQL server from npm, on this machine, reached from this machine and from the allowed networks only.
 *
 * Everything inside it goes when it goes.
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
    // A server that is made anew takes everything in it along. Pulumi counts only what is replaced with it as deleted,
    // not the server itself, so that what lives in the server goes with the checks.
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
      `chat-perf:${key} cannot change while the server exists: \`pulumi destroy -s ${stack}\` first, or set it back.`;
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
        ...(protect && { keeps: keepsProtected(stack) }),
        immutable: {
          dataDir: keeps("dataDir"),
          postgresVersion: keeps("postgresVersion"),
        },
      },
    );
  }
}

/** What to do when the server of a protected stack is gone. */
function keepsProtected(stack: string): string {
  return (
    `Stack "${stack}" is protected (chat-perf:protect is true): bring the folder back, or have everything made anew by ` +
    `\`pulumi config set protect false -s ${stack} && npm run up -- --stack ${stack}\`.`
  );
}
