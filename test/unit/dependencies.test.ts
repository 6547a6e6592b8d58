import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "chai";

const root = resolve(__dirname, "../..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

describe("the dependencies", () => {
  const { dependencies, devDependencies } = JSON.parse(read("package.json")) as Manifest;
  const packages = { ...dependencies, ...devDependencies };
  const section = read("CONTRIBUTING.md").split("## Dependencies\n")[1]!.split("\n## ")[0]!;
  const listed = section
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .flatMap((line) => [...line.split("|")[1]!.matchAll(/`([^`]+)`/g)].map((match) => match[1]!));

  it("are pinned exactly", () => {
    for (const [name, version] of Object.entries(packages)) expect(version, name).to.match(/^\d+\.\d+\.\d+/);
  });

  it("have a reason each in CONTRIBUTING.md, and nothing else has", () => {
    const covers = (entry: string, name: string): boolean =>
      entry.endsWith("/*") ? name.startsWith(entry.slice(0, -1)) : entry === name;
    const names = Object.keys(packages);
    expect(names.filter((name) => !listed.some((entry) => covers(entry, name)))).to.deep.equal([]);
    expect(listed.filter((entry) => !names.some((name) => covers(entry, name)))).to.deep.equal([]);
  });
});
