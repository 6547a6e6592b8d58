/**
 * Lets Node.js load this project's TypeScript with `require`.
 *
 * It handles only `.ts` files. A general loader, such as tsx, also examines every file of node_modules, and a Pulumi
 * program and its plugins then need twice the time to load.
 *
 * Compiled files are kept in node_modules/.cache under the hash of their source, so that a changed source is always
 * compiled. Because these files are executed, the folder is used only if everybody who can write to it can also write
 * to the sources.
 */
const { createHash, randomUUID } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { basename, join } = require("node:path");

// The compiled code keeps the lines of its source, so that stacks are right without maps. Pulumi's SDK asks for the stack
// of each promise, and maps would cost a program a sixth of its time.
const options = {
  transforms: ["typescript", "imports"],
  disableESTransforms: true,
  preserveDynamicImport: true,
};
const modules = join(__dirname, "..", "node_modules");
const sources = statSync(__dirname);
const cache = [modules, join(modules, ".cache"), join(modules, ".cache", "chat-perf")].every(isAsSafe)
  ? join(modules, ".cache", "chat-perf")
  : undefined;
const { version } = JSON.parse(readFileSync(join(modules, "sucrase", "package.json"), "utf8"));
const settings = JSON.stringify([version, options]);

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
    const { code } = require("sucrase").transform(source, { ...options, filePath: name });
    if (kept) keep(kept, code);
    return code;
  }
}

/**
 * Whether only those who can write to the sources can write to a folder. The owner of the sources creates a missing
 * folder.
 */
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

/** Writes a file completely or not at all. If the folder is not writable, the next process compiles again. */
function keep(file, code) {
  const unfinished = `${file}.${randomUUID()}`;
  try {
    writeFileSync(unfinished, code, { mode: 0o644 });
    renameSync(unfinished, file);
  } catch {
    // A read-only node_modules only costs time.
  }
}
