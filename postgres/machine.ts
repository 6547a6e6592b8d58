import type { Log } from "../runtime/progress";
import { restartServer } from "./embedded-server";

/** What a server runs on, for the little that SQL cannot do: restart it, ask for free disk space. */
export type Machine = EmbeddedMachine;

/** A process of this machine. */
export interface EmbeddedMachine {
  kind: "embedded";
  dataDirectory: string;
}

/** Restarts the server, so that settings which need it take effect. */
export async function restartOn(machine: Machine, log: Log): Promise<void> {
  await restartServer(machine.dataDirectory, log);
}
