import { resolve } from "node:path";
import type { SslMode } from "../postgres/tls";
import type { Values } from "./keys";

/** The kind of server, with the options of that kind. */
export type Target = EmbeddedTarget | DockerTarget | ExistingTarget;

/** A PostgreSQL server from npm that runs on this machine. */
export interface EmbeddedTarget {
  kind: "embedded";
  /** PostgreSQL's major version. */
  version: number;
  /**
   * The absolute path of the data folder.
   *
   * @default see `defaultDataDirectory`
   */
  dataDir?: string;
  /** @default a free port, which is chosen once and kept */
  port?: number;
}

/** A container that the stack creates in a Docker Engine. */
export interface DockerTarget {
  kind: "docker";
  image: string;
  /**
   * The port on the engine's host.
   *
   * @default a free port, which is chosen once and kept
   */
  port?: number;
}

/** An existing server that others administer. */
export interface ExistingTarget {
  kind: "existing";
  host: string;
  port: number;
  adminUser: string;
  /** Undefined when it is encrypted, because the command-line tools do not decrypt secrets. */
  adminPassword?: string;
  sslmode: SslMode;
  /** The absolute path of a file with the trusted certificates. */
  sslRootCert?: string;
}

/** Converts checked values to a target. */
export function targetOf(values: Values, projectRoot: string): Target {
  const { port, dataDir, host, adminUser, adminPassword, sslmode, sslRootCert, image } = values;
  const own = { ...(port !== undefined && { port }) };
  const absolute = (path: string): string => resolve(projectRoot, path);
  switch (values.target) {
    case "embedded":
      return {
        kind: "embedded",
        version: values.postgresVersion,
        ...own,
        ...(dataDir !== undefined && { dataDir: absolute(dataDir) }),
      };
    case "docker":
      return { kind: "docker", image, ...own };
    case "existing":
      return {
        kind: "existing",
        host: host!,
        port: port ?? 5432,
        adminUser,
        sslmode,
        ...(typeof adminPassword === "string" && { adminPassword }),
        ...(sslRootCert !== undefined && { sslRootCert: absolute(sslRootCert) }),
      };
  }
}
