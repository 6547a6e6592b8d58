import { forecast } from "../../generator/forecast/forecast";
import type { DatasetSpec } from "../../generator/spec";
import { asConfigured } from "../../postgres/connection-errors";
import type { DiskCheck, DiskNeed } from "../../postgres/disk-space";
import { AnotherServer, assertSameServer } from "../../postgres/existing/identity";
import { inspectServer, type Inspection, type Plan } from "../../postgres/existing/inspect";
import type { Task } from "../task";

export interface ExistingServerInputs extends Plan {
  adminUrl: string;
  /** The dataset for which the disk must have room. States of earlier versions have none. */
  disk?: { dataset: DatasetSpec; check: DiskCheck };
}

function needOf({ disk }: ExistingServerInputs): DiskNeed | undefined {
  if (disk === undefined || disk.check === "off") return undefined;
  const { dataset, check } = disk;
  return { messages: dataset.messages, forecastBytes: forecast(dataset).peakBytes, check };
}

/**
 * [1/8] Checks an existing server: it answers, it can be used, and it contains nothing that the stack would overwrite.
 */
export const existingServer: Task<ExistingServerInputs, Inspection> = {
  async create(inputs, log) {
    log("[1/8] Checking PostgreSQL connectivity...");
    const found = await asConfigured(inspectServer(inputs.adminUrl, inputs, undefined, log, needOf(inputs)));
    log(`✓ Connected to PostgreSQL ${found.version}`);
    return found;
  },
  update: (inputs, state, log) => asConfigured(inspectServer(inputs.adminUrl, inputs, state, log)),
  reportsServer: true,
  async read({ adminUrl, systemIdentifier }) {
    await asConfigured(assertSameServer(adminUrl, systemIdentifier));
    return {};
  },
  // A preview ignores a server that does not answer, but not another server at its address.
  stale: ({ adminUrl, systemIdentifier, sessions }) =>
    assertSameServer(adminUrl, systemIdentifier).then(
      // The state of an earlier version does not have the number of sessions.
      () => (sessions as number | undefined) === undefined,
      (error: unknown) => {
        if (error instanceof AnotherServer) throw error;
        return false;
      },
    ),
};
