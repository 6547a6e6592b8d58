import { join, resolve } from "node:path";
import { readStackFile, type Band } from "../config";
import type { Command } from "../cli/front/command";
import { runIfMain } from "../cli/front/run";
import { type BenchRequest, parseBenchArguments, syntax } from "./command-line";
import { measurePeers } from "./measure";
import { once } from "./once";
import { runStudies, usualStudies } from "./ours/studies";
import { peers } from "./peers";
import type { Bench } from "./peers/peer";
import { consoleText } from "./report/console";
import { thisMachine } from "./report/machine";
import { markdownText } from "./report/markdown";
import { ratiosOf } from "./report/ratios";
import { readResults, writeResults, type Results } from "./report/results";
import { writeRowFiles } from "./server/row-files";
import { startBenchServer, type BenchServer } from "./server/server";
import { openSource } from "./server/source";

const projectRoot = resolve(__dirname, "..");
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** The exit code of a run that was interrupted, as a shell gives it after SIGINT. */
const INTERRUPTED = 130;

async function run(request: BenchRequest | { markdown: string }): Promise<number | undefined> {
  if (!("markdown" in request)) return bench(request);
  console.log(markdownText(readResults(request.markdown)));
  return undefined;
}

/** Measures, then shows and writes the results. The servers are always removed. */
async function bench(request: BenchRequest): Promise<number> {
  const band = readStackFile(projectRoot, "dev");
  const interruption = new AbortController();
  const interrupt = (): void => {
    interruption.abort();
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  // The reader of the output has closed it, as `| head` does.
  process.stdout.on("error", interrupt);
  const servers: BenchServer[] = [];
  const newServer = async (): Promise<BenchServer> => {
    const server = await startBenchServer(band, request.messages ?? band.dataset.messages);
    servers.push(server);
    interruption.signal.throwIfAborted();
    return server;
  };
  const removeServers = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.remove()));
  };
  // Work on a removed server ends by itself. Errors of the removal are reported at the end of this function.
  interruption.signal.addEventListener("abort", () => void removeServers().catch(() => undefined));
  try {
    const results = await measureAll(request, band, newServer, interruption.signal);
    const written = writeResults(results, join(projectRoot, "bench", "results"), request.output);
    console.log(`\n${consoleText(results)}\n\n✓ Results written to ${written}`);
    return 0;
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    await removeServers();
    console.error("Interrupted: nothing is kept.");
    return INTERRUPTED;
  } finally {
    await removeServers();
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}

async function measureAll(
  request: BenchRequest,
  band: Band,
  newServer: () => Promise<BenchServer>,
  signal: AbortSignal,
): Promise<Results> {
  const started = new Date();
  const server = await newServer();
  const spec = { ...band.dataset, ...(request.messages !== undefined && { messages: request.messages }) };
  const rowFiles = once(() => writeRowFiles(spec, server.folder));
  const source = once(() => openSource(server, rowFiles().messages));
  const bench: Bench = { spec, server, newServer, projectRoot, signal, rowFiles, source };
  const log = (line: string): void => {
    console.log(line);
  };
  const measured = await measurePeers(bench, request.peers, log);
  const whole = measured.find(({ name }) => name === "ours")?.runs[0]?.load;
  const studies = await runStudies(bench, request.studies, whole, log);
  return {
    date: started.toISOString(),
    full:
      request.peers.length === peers.length &&
      usualStudies.every((name) => request.studies.includes(name)) &&
      studies.up !== undefined &&
      spec.messages === band.dataset.messages,
    seconds: (Date.now() - started.getTime()) / 1000,
    spec,
    machine: thisMachine(server.version),
    settings: server.settings,
    peers: measured,
    studies,
    ratios: ratiosOf(measured),
  };
}

export const command: Command<BenchRequest | { markdown: string }> = {
  ...syntax,
  toolchain: true,
  parse: parseBenchArguments,
  run,
};

runIfMain(module, command);
