import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { DatasetSpec } from "../generator/spec";
import { connectionUrl } from "../postgres/connection";
import type { DiskCheck } from "../postgres/disk-space";
import { TaskResource } from "./task-resource";

const ADMIN_USER = "postgres";

export interface EmbeddedServerArgs {
  stack: string;
  /** Folder for the server's data; left out: one in the project, or below /var/lib for root. */
  dataDir?: string;
  /** TCP port on loopback; left out: a free one is chosen once and kept. */
  port?: number;
  /** The database that `roles` may connect to. */
  database: string;
  roles: string[];
  /** The dataset that the disk must have room for, and by which measure. */
  dataset: DatasetSpec;
  diskCheck: DiskCheck;
}

/**
 * A PostgreSQL server from npm, on this machine, on loopback only.
 *
 * Everything inside it goes when it goes: resources in the server take `within` among their options.
 */
export class EmbeddedServer extends pulumi.ComponentResource {
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  readonly adminUser = ADMIN_USER;
  readonly adminPassword: pulumi.Output<string>;
  readonly dataDirectory: pulumi.Output<string>;
  /** The administrator's URL of the `postgres` database; secret. */
  readonly adminUrl: pulumi.Output<string>;
  /** Options for whatever lives in the server: made once it is ready, gone when it is gone. */
  readonly within: pulumi.CustomResourceOptions;

  constructor(name: string, args: EmbeddedServerArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("chat-perf:postgres:EmbeddedServer", name, {}, opts);
    const parent = { parent: this };

    const password = new random.RandomPassword(
      `${name}-admin-password`,
      { length: 32, special: false },
      parent,
    );
    this.adminPassword = password.result;

    const server = new EmbeddedServerTask(name, args, password.result, parent);
    this.host = server.host;
    this.port = server.port;
    this.dataDirectory = server.dataDirectory;
    this.adminUrl = this.urlOf("postgres");

    const inside = { ...parent, deletedWith: server };
    const connectivity = new Connectivity(`${name}-connectivity`, this.adminUrl, inside);
    const diskSpace = new DiskSpace(`${name}-disk-space`, server.dataDirectory, args, {
      ...inside,
      dependsOn: connectivity,
    });
    this.within = { dependsOn: diskSpace, deletedWith: server };
    this.registerOutputs({ host: this.host, port: this.port });
  }

  /**
   * The administrator's URL of a database; secret. With `role`, the session acts as that role, so that
   * provisioning needs neither the role's password nor another one when the password is rotated.
   */
  urlOf(database: pulumi.Input<string>, role?: pulumi.Input<string>): pulumi.Output<string> {
    const url = pulumi
      .all([this.host, this.port, this.adminPassword, database, role])
      .apply(([host, port, password, name, actingRole]) => {
        const base = connectionUrl({ host, port, database: name, user: ADMIN_USER, password });
        return actingRole === undefined
          ? base
          : `${base}?options=${encodeURIComponent(`-c role=${actingRole}`)}`;
      });
    return pulumi.secret(url);
  }
}

class EmbeddedServerTask extends TaskResource<"EmbeddedServer"> {
  declare readonly host: pulumi.Output<string>;
  declare readonly port: pulumi.Output<number>;
  declare readonly dataDirectory: pulumi.Output<string>;

  constructor(
    name: string,
    { stack, dataDir, port, database, roles }: EmbeddedServerArgs,
    adminPassword: pulumi.Input<string>,
    opts: pulumi.CustomResourceOptions,
  ) {
    super(
      "EmbeddedServer",
      `${name}-server`,
      {
        stack,
        dataDir: dataDir ?? "",
        wantedPort: port ?? 0,
        adminUser: ADMIN_USER,
        adminPassword,
        database,
        roles,
      },
      ["host", "port", "dataDirectory", "logFile", "version"],
      opts,
      {
        asksStale: true,
        immutable: {
          dataDir: `chat-perf:dataDir cannot change while the server exists: \`pulumi destroy -s ${stack}\` first, or set it back.`,
        },
      },
    );
  }
}

class Connectivity extends TaskResource<"Connectivity"> {
  constructor(name: string, adminUrl: pulumi.Input<string>, opts: pulumi.CustomResourceOptions) {
    super("Connectivity", name, { adminUrl }, ["version"], opts);
  }
}

class DiskSpace extends TaskResource<"DiskSpace"> {
  constructor(
    name: string,
    dataDirectory: pulumi.Input<string>,
    { dataset, diskCheck }: EmbeddedServerArgs,
    opts: pulumi.CustomResourceOptions,
  ) {
    super("DiskSpace", name, { dataDirectory, dataset, check: diskCheck }, ["neededBytes"], opts);
  }
}
