/**
 * Lets Node.js load this project's TypeScript by `require`: `node --require ./runtime/typescript.cjs FILE.ts`.
 *
 * It handles `.ts` files and nothing else. A general loader, such as tsx, examines every file of node_modules as well,
 * which doubles the time in which a Pulumi program and its plugins are loaded.
 *
 * Compiled files are kept in node_modules/.cache under the hash of their source, so a changed source is always compiled.
 */
const { createHash, randomUUID } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { basename, join } = require("node:path");

const options = { loader: "ts", format: "cjs", platform: "node", target: "node20", sourcemap: "inline" };
const modules = join(__dirname, "..", "node_modules");
const cache = join(modules, ".cache", "chat-perf");
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
  const kept = join(cache, `${hash}.cjs`);
  try {
    return readFileSync(kept, "utf8");
  } catch {
    const { code } = require("esbuild").transformSync(source, { ...options, sourcefile: name });
    keep(kept, code);
    return code;
  }
}

/** Each file appears whole or not at all. Where nothing can be written, the next process compiles again. */
function keep(file, code) {
  const unfinished = `${file}.${randomUUID()}`;
  try {
    mkdirSync(cache, { recursive: true });
    writeFileSync(unfinished, code);
    renameSync(unfinished, file);
  } catch {
    // A read-only node_modules costs time, not the run.
  }
}
