import type { Log } from "../common/progress";
import { assertDiskSpace, type DiskNeed, type DiskSpace } from "./disk-space";
import { restartContainer } from "./docker/container";
import { assertContainerDiskSpace } from "./docker/disk-space";
import { assertOwnContainer, containerState } from "./docker/place";
import { engine } from "./docker/engine";
import { findServer, restartServer, serverState } from "./embedded-server";
import { assertForeignDiskSpace } from "./existing/disk-space";
import type { ExistingMachine } from "./existing/machine";

/**
 * The machine or service that runs a server. It is needed for what SQL cannot do: restart the server and measure its
 * disk.
 */
export type Machine = EmbeddedMachine | DockerMachine | ExistingMachine;

/** A server process on this machine. */
export interface EmbeddedMachine {
  kind: "embedded";
  dataDirectory: string;
}

/** A server in a container of a Docker Engine. */
export interface DockerMachine {
  kind: "docker";
  /** The container's name. */
  container: string;
  /** Path of the data folder in the container. */
  dataDirectory: string;
}

/** Restarts the server, so that settings which need a restart take effect. An existing server is never restarted. */
export async function restartOn(machine: Exclude<Machine, ExistingMachine>, log: Log): Promise<void> {
  if (machine.kind === "docker") await restartContainer(machine.container, log);
  else await restartServer(machine.dataDirectory, log);
}

/**
 * Whether what a stack has built in its server can be taken back: the server is the stack's own, and it runs. With one
 * that is gone, its contents are gone too.
 *
 * @throws ExpectedError when what is there is another stack's, or cannot be looked at
 */
export async function isOwnAndRuns(machine: Machine, stack: string): Promise<boolean> {
  switch (machine.kind) {
    case "embedded": {
      const { dataDirectory } = machine;
      const found = findServer({ stack, dataDirectory, projectRoot: process.cwd() });
      return found.dataDirectory !== undefined && serverState(found.dataDirectory) === "running";
    }
    case "docker":
      await assertOwnContainer(machine.container);
      return (await containerState(engine(), machine.container)) === "running";
    case "existing":
      return true;
  }
}

/**
 * Checks that the server's disk has enough space for a dataset.
 *
 * @throws ExpectedError with both figures when there is too little space, or when the free space cannot be measured
 */
export async function assertDiskSpaceOn(machine: Machine, need: DiskNeed): Promise<DiskSpace> {
  switch (machine.kind) {
    case "embedded":
      return assertDiskSpace(machine.dataDirectory, need);
    case "docker":
      return assertContainerDiskSpace(machine.container, machine.dataDirectory, need);
    case "existing":
      return assertForeignDiskSpace(machine, need);
  }
}
