/**
 * Lets Pulumi's SDK load only what this project uses of it, which halves the time that each process of an engine run
 * needs to start. It puts stand-ins for three modules into the cache of `require`.
 */
const { realpathSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");

const modules = join(__dirname, "..", "node_modules");
const closures = join(modules, "@pulumi", "pulumi", "runtime", "closure");

// The serializer of functions needs the TypeScript compiler and npm's resolver of dependencies. The providers of this
// project are texts, so no function is serialized. Where one is, the serializer is loaded then.
standIn(join(closures, "serializeClosure.js"), loadedByCalls);
standIn(join(closures, "codePaths.js"), loadedByCalls);
// It would read the maps of the SDK for the stack of each promise. It also knows no maps of this project's files, and
// would hide those of Node.js, which `typescript.cjs` has switched on.
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

/** Functions that load the module in the file, and call its function of the same name. */
function loadedByCalls(file, module) {
  const load = () => {
    if (require.cache[file] === module) delete require.cache[file];
    return require(file);
  };
  return new Proxy(
    {},
    {
      get:
        (_, name) =>
        (...args) =>
          load()[name](...args),
    },
  );
}
