/** The service that runs a server, recognised by the roles that it creates. `other` means any other server. */
export type Service = "rds" | "cloudsql" | "alloydb" | "azure" | "other";

const BY_ROLE: Record<string, Service> = {
  rds_superuser: "rds",
  alloydbsuperuser: "alloydb",
  cloudsqlsuperuser: "cloudsql",
  azure_pg_admin: "azure",
};

/** How a setting is changed without a superuser, in the words of the service. */
const ADVICE: Record<Service, string> = {
  rds: "set it in the DB parameter group (Amazon RDS, Aurora)",
  cloudsql: "set it as a database flag (Cloud SQL)",
  alloydb: "set it as a database flag (AlloyDB)",
  azure: "set it as a server parameter (Azure Database for PostgreSQL)",
  other: "ask the server's administrator",
};

export function adviceOf(service: Service): string {
  return ADVICE[service];
}

/** The service whose roles exist on a server. */
export function serviceBy(roles: readonly string[]): Service {
  const telling = Object.keys(BY_ROLE).find((role) => roles.includes(role));
  return telling === undefined ? "other" : BY_ROLE[telling]!;
}
