import { expect } from "chai";
import { connectionUrl } from "../../postgres/connection";
import type { SslMode } from "../../postgres/tls";
import { existingServer, type ExistingServerInputs } from "../../runtime/tasks/existing-server";
import { failureOf } from "./rejection";

export const silent = (): void => undefined;
export const PASSWORD = "not-to-be-told";
/** How a server of someone else is reached. */
export interface Target {
  host?: string;
  port: number;
  user?: string;
  password?: string;
  sslmode?: SslMode;
  sslRootCert?: string;
}

/** The inputs of the first task of a stack with this target. */
export function inputsFor({
  host = "127.0.0.1",
  port,
  user,
  password,
  sslmode,
  sslRootCert,
}: Target): ExistingServerInputs {
  const login = { user: user ?? "postgres", password: password ?? PASSWORD, database: "postgres" };
  const tls = { sslmode: sslmode ?? "disable", ...(sslRootCert !== undefined && { sslRootCert }) };
  return {
    adminUrl: connectionUrl({ host, port, ...login, tls }),
    host,
    port,
    database: "chat_perf_dev",
    roles: ["chat_perf_dev_owner", "perf_dev_user"],
    settings: { work_mem: "64MB" },
    protectedNames: ["prod", "production"],
  };
}

/** The error of that task, which must come within the time limit of the tests. */
export async function errorOf(target: Target): Promise<{ problem: string; remedy: string }> {
  const error = await failureOf(existingServer.create(inputsFor(target), silent));
  expect(error.message).not.to.include(target.password ?? PASSWORD);
  expect(error.remedy, "a remedy").to.be.a("string");
  return { problem: error.problem, remedy: error.remedy! };
}
