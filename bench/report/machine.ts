import { availableParallelism, cpus, totalmem } from "node:os";

/** The machine on which the figures were measured. */
export interface Machine {
  cores: number;
  memoryBytes: number;
  cpu: string;
  system: string;
  node: string;
  postgres: string;
}

export function thisMachine(postgres: string): Machine {
  return {
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    system: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    postgres,
  };
}

/** In one line, e.g. `2 cores, 24 GB, AMD EPYC, linux x64, Node.js 20.20.2, PostgreSQL 18.4`. */
export function describeMachine({ cores, memoryBytes, cpu, system, node, postgres }: Machine): string {
  const memory = `${Math.round(memoryBytes / 2 ** 30)} GB`;
  return [`${cores} cores`, memory, cpu, system, `Node.js ${node}`, `PostgreSQL ${postgres}`].join(", ");
}
