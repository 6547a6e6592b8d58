import type { Failure } from "../resource-type";
import { containsUnknown, type Properties } from "../values";
import type { ServerConfig } from "./server";
import { SSL_MODES, type SslMode } from "../../../../postgres/tls";

/** The rule for each setting. The SDK sends numbers and booleans as JSON text. */
const settings: Record<string, { must: string; test: (value: string) => boolean }> = {
  host: { must: "be a host name or address", test: (value) => value !== "" },
  port: {
    must: "be a port number",
    test: (value) => isWhole(value) && Number(value) > 0 && Number(value) < 65_536,
  },
  username: { must: "be a role's name", test: (value) => value !== "" },
  password: { must: "be a text", test: () => true },
  database: { must: "be a database's name", test: (value) => value !== "" },
  // This plugin asks the server whenever it needs to know.
  superuser: { must: "be true or false", test: (value) => value === "true" || value === "false" },
  sslmode: { must: `be one of ${SSL_MODES.join(", ")}`, test: (value) => SSL_MODES.includes(value) },
  sslrootcert: { must: "be the path of a file", test: (value) => value !== "" },
  connectTimeout: { must: "be a number of seconds", test: isWhole },
  // These three settings have no effect here, because every operation has its own connection and asks the server for
  // its version.
  maxConnections: { must: "be a whole number", test: isWhole },
  expectedVersion: { must: "be a version", test: (value) => /^\d+(?:\.\d+)*$/.test(value) },
  databaseUsername: { must: "be a role's name", test: (value) => value !== "" },
  scheme: { must: "be postgres: others need the official plugin", test: (value) => value === "postgres" },
};

/** Settings of the official plugin that this one lacks, all of them ways to log in without a password. */
const lacking = [
  ...["awsRdsIamAuth", "awsRdsIamProfile", "awsRdsIamProviderRoleArn", "awsRdsIamRegion"],
  ...["azureIdentityAuth", "azureTenantId", "clientcert", "gcpIamImpersonateServiceAccount"],
];

/** Checks the configuration of a provider. Settings that only the official plugin supports are refused by name. */
export function checkConfig(config: Properties): Failure[] {
  return Object.entries(config).flatMap(([property, value]) => {
    if (property.startsWith("__") || property === "version" || value === undefined || value === null)
      return [];
    if (containsUnknown(value)) return [];
    if (lacking.includes(property)) {
      if (text(value) === "false") return [];
      const reason = `The offline plugin logs in with a password only. ${property} needs the official plugin, on a machine that can reach Pulumi's download servers`;
      return [{ property, reason }];
    }
    const setting = settings[property];
    if (setting === undefined) return [{ property, reason: `There is no setting "${property}"` }];
    return setting.test(text(value)) ? [] : [{ property, reason: `${property} must ${setting.must}` }];
  });
}

/** Converts a configuration that `checkConfig` has accepted, with the defaults of libpq and the official plugin. */
export function serverConfig(config: Properties): ServerConfig {
  const get = (name: string) => {
    const value = config[name] ?? null;
    return value === null ? undefined : text(value);
  };
  const sslRootCert = get("sslrootcert");
  return {
    host: get("host") ?? "localhost",
    port: Number(get("port") ?? 5432),
    username: get("username") ?? "postgres",
    password: get("password"),
    database: get("database") ?? "postgres",
    tls: {
      sslmode: (get("sslmode") ?? "require") as SslMode,
      ...(sslRootCert !== undefined && { sslRootCert }),
    },
    connectTimeout: Number(get("connectTimeout") ?? 180),
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isWhole(value: string): boolean {
  return /^\d+$/.test(value);
}
