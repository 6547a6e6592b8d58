/**
 * Lets Node.js load this project's TypeScript by `require`.
 *
 * It handles `.ts` files and nothing else. A general loader, such as tsx, examines every file of node_modules as well,
 * which doubles the time in which a Pulumi program and its plugins are loaded.
 *
 * Compiled files are kept in node_modules/.cache under the hash of their source, so a changed source is always compiled. They
 * are run, so the folder is used only if nobody can write to it who cannot write to the sources.
 */
const { createHash, randomUUID } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { basename, join } = require("node:path");

const options = { loader: "ts", format: "cjs", platform: "node", target: "node20", sourcemap: "inline" };
const modules = join(__dirname, "..", "node_modules");
const sources = statSync(__dirname);
const cache = [modules, join(modules, ".cache"), join(modules, ".cache", "chat-perf")].every(isAsSafe)
  ? join(modules, ".cache", "chat-perf")
  : undefined;
const { version } = JSON.parse(readFileSync(join(modules, "esbuild", "package.json"), "utf8"));
const settings = JSON.stringify([version, options]);

process.setSourceMapsEnabled(true);
Module._extensions[".ts"] = (module, file) => {
  module._compile(compiled(file), file);
};

function compiled(file) {
  const source = readFileSync(file, "utf8");
  const name = basename(file);
  const hash = createHash("sha256").update(settings).update(name).update("\0").update(source).digest("hex");
  const kept = cache && join(cache, `${hash}.cjs`);
  try {
    return readFileSync(kept, "utf8");
  } catch {
    const { code } = require("esbuild").transformSync(source, { ...options, sourcefile: name });
    if (kept) keep(kept, code);
    return code;
  }
}

/** Whether a folder is as safe from others as the sources are. Their owner makes it if it is missing. */
function isAsSafe(folder) {
  try {
    if (sources.uid === (process.geteuid?.() ?? sources.uid))
      mkdirSync(folder, { recursive: true, mode: 0o755 });
    const { uid, gid, mode } = statSync(folder);
    const writers = mode & (gid === sources.gid ? 0o022 & ~sources.mode : 0o022);
    return uid === sources.uid && writers === 0;
  } catch {
    return false;
  }
}

/** Each file appears whole or not at all. Where nothing can be written, the next process compiles again. */
function keep(file, code) {
  const unfinished = `${file}.${randomUUID()}`;
  try {
    writeFileSync(unfinished, code, { mode: 0o644 });
    renameSync(unfinished, file);
  } catch {
    // A read-only node_modules costs time, not the run.
  }
}
