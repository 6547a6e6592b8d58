/**
 * Lets Pulumi's SDK load only what this project uses of it, which halves the time that each process of an engine run
 * needs to start. It puts stand-ins for some modules into the cache of `require`.
 */
const { realpathSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");

const modules = join(__dirname, "..", "node_modules");
const sdk = join(modules, "@pulumi", "pulumi");
const closures = join(sdk, "runtime", "closure");

// The serializer of functions, with the TypeScript compiler and npm's resolver of dependencies. The providers of this
// project are texts, so no function is serialized. Where one is, the serializer is loaded then.
standIn(join(closures, "serializeClosure.js"), loadedLate("called"));
standIn(join(closures, "codePaths.js"), loadedLate("called"));
// The serializer also asks Node.js's debugger where functions come from. The SDK starts the debugger before the program,
// and all of the program would run under it.
standIn(join(closures, "v8Hooks.js"), loadedLate("called", { isInitializedAsync: () => Promise.resolve() }));
// The Automation API, which starts the CLI out of a program.
standIn(join(sdk, "automation", "index.js"), loadedLate("read"));
// The exporters of traces, which `pulumi --tracing` needs.
if (!process.argv.includes("--tracing")) {
  const startSpan = (name) => require("@opentelemetry/api").trace.getTracer("nodejs-runtime").startSpan(name);
  standIn(join(sdk, "cmd", "run", "tracing.js"), loadedLate("called", { newSpan: startSpan }));
}
// It would read the maps of the SDK for the stack of each promise.
standIn(join(modules, "source-map-support", "register.js"), () => ({}));

/** Another release of the SDK may have other files. Then it loads as it always does. */
function standIn(path, exportsOf) {
  let file;
  try {
    file = realpathSync(path);
  } catch {
    return;
  }
  const module = new Module(file);
  module.filename = file;
  module.loaded = true;
  module.exports = exportsOf(file, module);
  require.cache[file] = module;
}

/**
 * Exports that load the module in the file when one of them is used.
 *
 * @param use whether an export is used when it is read, or when it is called
 * @param instead exports that stay as they are, and load nothing
 */
function loadedLate(use, instead = {}) {
  return (file, module) => {
    const load = () => {
      if (require.cache[file] === module) delete require.cache[file];
      return require(file);
    };
    const later = (name) => (use === "read" ? load()[name] : (...args) => load()[name](...args));
    const kept = { __esModule: true, ...instead };
    return new Proxy(kept, { get: (_, name) => (name in kept ? kept[name] : later(name)) });
  };
}
