import { clientCopy } from "./client-copy";
import { drizzleSeed } from "./drizzle-seed";
import { expert, expertOnBand } from "./expert";
import { generateSeries } from "./generate-series";
import { multiRowInsert } from "./multi-row-insert";
import { ours } from "./ours";
import type { Peer } from "./peer";
import { pgbench } from "./pgbench";
import { prisma } from "./prisma";
import { copyText, serverCopies, serverCopy } from "./server-copy";

/** All peers, in the order in which they run and are shown. */
export const peers: readonly Peer[] = [
  ours,
  expert,
  expertOnBand,
  serverCopy,
  serverCopies,
  clientCopy,
  pgbench,
  generateSeries,
  copyText,
  multiRowInsert,
  prisma,
  drizzleSeed,
];
