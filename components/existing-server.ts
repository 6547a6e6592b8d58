import * as pulumi from "@pulumi/pulumi";
import type { ExistingTarget } from "../config/target";
import type { OwnNames } from "../postgres/existing/droppable";
import type { Machine } from "../postgres/machine";
import { isLoopback } from "../config/networks";
import { assertUnprotected } from "../postgres/existing/protected-names";
import { OWN_SERVER_SESSIONS } from "../postgres/session-limits";
import type { PasswordForm } from "../postgres/scram";
import { type Tls, tlsOptions } from "../postgres/tls";
import { ExpectedError } from "../common/errors";
import { Server } from "./server";
import { diskSpaceCheck, type ServerChecksArgs } from "./server-checks";
import { type TaskArgs, TaskResource } from "./task-resource";

export interface ExistingServerArgs extends ServerChecksArgs, ExistingTarget {
  /** The database that the stack creates on the server. */
  database: string;
  roles: string[];
  /** The settings: name -> value. */
  settings: Record<string, string>;
  /** A host, database or role whose name contains one of these words is refused. */
  protectedNames: string[];
  /** The form in which the roles' passwords are sent to the server. */
  passwordForm: PasswordForm;
}

/**
 * An existing PostgreSQL server that others administer. The stack creates its own objects there, and removes them when
 * it is destroyed.
 */
export class ExistingServer extends Server {
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  readonly adminUser: string;
  readonly adminPassword: pulumi.Output<string>;
  readonly machine: pulumi.Output<Machine>;
  readonly within: pulumi.CustomResourceOptions;
  override readonly shared = true;
  override readonly mayActAs: Server["mayActAs"] = (name, role, opts) => [
    new Membership(`${name}-membership`, this.adminUrl, role, opts),
  ];
  override readonly superuser: pulumi.Output<boolean>;
  override readonly tls: Tls;
  override readonly own: pulumi.Output<OwnNames>;
  override readonly sessions: pulumi.Output<number>;

  /** @throws pulumi.RunError for a protected name or an unusable certificate file, before any resource is registered */
  constructor(name: string, args: ExistingServerArgs, opts: pulumi.ComponentResourceOptions = {}) {
    requireUsable(args);
    super("chat-perf:postgres:ExistingServer", name, {}, opts);
    const parent = { parent: this };
    const { host, port, database, roles, settings, protectedNames, passwordForm } = args;
    this.host = pulumi.output(host);
    this.port = pulumi.output(port);
    this.adminUser = args.adminUser;
    this.adminPassword = pulumi.secret(args.adminPassword ?? "");
    this.tls = tlsOf(args);

    const warning = verificationWarning(args);
    if (warning !== undefined) void pulumi.log.warn(warning, this);
    const server = new ExistingServerTask(
      `${name}-server`,
      {
        adminUrl: this.adminUrl,
        host,
        port,
        database,
        roles,
        settings,
        protectedNames,
        disk: { dataset: args.dataset, check: args.diskCheck },
        ...(passwordForm !== "scram" && { passwordForm }),
      },
      parent,
    );
    this.machine = server.machine;
    this.own = pulumi.output({ systemIdentifier: server.systemIdentifier, database, roles });
    // A state of an earlier version does not have this output until the next update.
    this.sessions = server.sessions.apply((sessions) => sessions ?? OWN_SERVER_SESSIONS);
    this.superuser = server.machine.apply((machine) => machine.superuser);
    this.within = { dependsOn: diskSpaceCheck(name, this, args, { ...parent, dependsOn: server }) };
    this.registerOutputs({ host: this.host, port: this.port });
  }
}

/**
 * The warning for an encrypted connection to another machine whose identity is not verified. Undefined when no warning
 * is needed.
 */
export function verificationWarning({
  host,
  sslmode,
}: Pick<ExistingTarget, "host" | "sslmode">): string | undefined {
  if (sslmode !== "require" || isLoopback(host)) return undefined;
  return (
    `Connections to ${host} are encrypted, but the identity of the server is not verified. ` +
    "Set chat-perf:sslmode to verify-full, and chat-perf:sslRootCert to the file with the certificate of the authority that signed the server's certificate."
  );
}

function tlsOf({ sslmode, sslRootCert }: ExistingTarget): Tls {
  return { sslmode, ...(sslRootCert !== undefined && { sslRootCert }) };
}

function requireUsable(args: ExistingServerArgs): void {
  const { host, adminUser, database, roles, protectedNames } = args;
  try {
    assertUnprotected(
      [
        ["host", host],
        ["role", adminUser],
        ["database", database],
        ...roles.map((role) => ["role", role] as [string, string]),
      ],
      protectedNames,
    );
    tlsOptions(tlsOf(args));
  } catch (error) {
    throw error instanceof ExpectedError ? new pulumi.RunError(error.message) : error;
  }
}

class ExistingServerTask extends TaskResource<"ExistingServer"> {
  declare readonly machine: pulumi.Output<Machine & { kind: "existing" }>;
  declare readonly systemIdentifier: pulumi.Output<string>;
  declare readonly sessions: pulumi.Output<number | undefined>;

  constructor(name: string, args: TaskArgs<"ExistingServer">, opts: pulumi.CustomResourceOptions) {
    super("ExistingServer", name, args, ["version", "systemIdentifier", "machine", "sessions"], opts, {
      asksStale: true,
      // It is checked once, with everything else that can stand in the way; then by the resource DiskSpace.
      ignores: ["disk"],
    });
  }
}

class Membership extends TaskResource<"Membership"> {
  constructor(
    name: string,
    adminUrl: pulumi.Input<string>,
    role: pulumi.Input<string>,
    opts: pulumi.CustomResourceOptions,
  ) {
    super("Membership", name, { adminUrl, role }, [], opts, { asksStale: true });
  }
}
