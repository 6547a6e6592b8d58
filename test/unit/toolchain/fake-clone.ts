import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder that looks like a clone with installed dependencies to the toolchain. */
export interface FakeClone {
  root: string;
  /** Writes an executable into the folder and returns its path. */
  executable: (name: string, text?: string) => string;
  remove: () => void;
}

/** @param name the name of the folder. The default has characters that must be escaped in shells and URLs */
export function fakeClone(name = "a clone #1, 100 % o'fun"): FakeClone {
  const parent = mkdtempSync(join(tmpdir(), "clone-"));
  const root = join(parent, name);
  const file = (path: string, text: string): string => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    return join(root, path);
  };
  for (const [packageName, version] of [
    ["pulumi", "3.250.0"],
    ["@pulumi/random", "4.21.2"],
    ["@pulumi/postgresql", "3.18.1"],
    ["@pulumi/docker", "5.2.0"],
  ] as const) {
    file(`node_modules/${packageName}/package.json`, JSON.stringify({ version }));
  }
  return {
    root,
    executable: (path, text = "#!/bin/sh\n") => {
      chmodSync(file(path, text), 0o755);
      return join(root, path);
    },
    remove: () => {
      rmSync(parent, { recursive: true });
    },
  };
}
