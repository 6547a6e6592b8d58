import { resolve } from "node:path";
import type { SslMode } from "../postgres/tls";
import type { Values } from "./keys";

/** Where PostgreSQL runs, with what only that place asks for. */
export type Target = EmbeddedTarget | DockerTarget | ExistingTarget;

/** A server from npm, on this machine. */
export interface EmbeddedTarget {
  kind: "embedded";
  /** PostgreSQL's major version. */
  version: number;
  /** Absolute path of the data folder. Default: the server's own choice. */
  dataDir?: string;
  /** Default: a free port, chosen once. */
  port?: number;
}

/** A container of the stack's own, in a Docker Engine. */
export interface DockerTarget {
  kind: "docker";
  image: string;
  /** Port on this machine. Default: a free one, chosen once. */
  port?: number;
}

/** A server that somebody else runs. */
export interface ExistingTarget {
  kind: "existing";
  host: string;
  port: number;
  adminUser: string;
  /** Undefined where it cannot be read: the command-line tools do not decrypt secrets. */
  adminPassword?: string;
  sslmode: SslMode;
  /** Absolute path of a file with the certificates to trust. */
  sslRootCert?: string;
}

/** The target that checked values describe. */
export function targetOf(values: Values, projectRoot: string): Target {
  const { port, dataDir, host, adminUser, adminPassword, sslmode, sslRootCert, image } = values;
  const own = { ...(port !== undefined && { port }) };
  const absolute = (path: string): string => resolve(projectRoot, path);
  switch (values.target) {
    case "embedded":
      return {
        ...{ kind: "embedded", version: values.postgresVersion, ...own },
        ...(dataDir !== undefined && { dataDir: absolute(dataDir) }),
      };
    case "docker":
      return { kind: "docker", image, ...own };
    case "existing":
      return {
        ...{ kind: "existing", host: host!, port: port ?? 5432, adminUser, sslmode },
        ...(typeof adminPassword === "string" && { adminPassword }),
        ...(sslRootCert !== undefined && { sslRootCert: absolute(sslRootCert) }),
      };
  }
}
