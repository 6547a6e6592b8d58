import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A package on which a program depends. */
export interface Dependency {
  name: string;
  version: string;
}

interface Manifest {
  name: string;
  version: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  /** Pulumi packages have this entry. `resource` is true for a package with a provider plugin. */
  pulumi?: { resource?: boolean; name?: string; version?: string };
}

/** The packages in the program's `package.json`, with their installed versions. */
export function directDependencies(programFolder: string): Dependency[] {
  return installed(programFolder).map(({ name, version }) => ({ name, version }));
}

/** The provider plugins of the program's direct dependencies, e.g. `random` 4.21.2. */
export function requiredPlugins(programFolder: string): Dependency[] {
  return installed(programFolder)
    .filter(({ pulumi }) => pulumi?.resource === true)
    .map(({ name, version, pulumi }) => ({
      name: pulumi?.name ?? name.replace(/^@pulumi\//, ""),
      version: pulumi?.version ?? version,
    }));
}

function installed(programFolder: string): Manifest[] {
  const manifest = find(programFolder, "package.json");
  if (manifest === undefined) return [];
  const { dependencies, devDependencies } = read(manifest);
  return Object.keys({ ...dependencies, ...devDependencies })
    .map((name) => find(dirname(manifest), join("node_modules", name, "package.json")))
    .filter((file) => file !== undefined)
    .map(read);
}

/** The nearest file with that name in the folder or a parent folder, as Node.js looks for packages. */
function find(folder: string, name: string): string | undefined {
  const file = join(folder, name);
  if (existsSync(file)) return file;
  return dirname(folder) === folder ? undefined : find(dirname(folder), name);
}

function read(file: string): Manifest {
  return JSON.parse(readFileSync(file, "utf8")) as Manifest;
}
