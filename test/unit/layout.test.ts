import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect } from "chai";
import { projectRoot } from "../../toolchain/layout";

const read = (file: string): string => readFileSync(join(projectRoot, file), "utf8");

const files = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts", "*.cjs", "*.mjs"],
  { cwd: projectRoot, encoding: "utf8" },
)
  .trim()
  .split("\n")
  .filter((file) => existsSync(join(projectRoot, file)));
const known = new Set(files);
const program = files.filter((file) => !file.startsWith("test/"));

/** The project's files that a file imports, also as types only, and those that it loads late. */
function importsOf(file: string): string[] {
  const named = [...read(file).matchAll(/(?:\bfrom|\bimport|require\(|import\()\s*"(\.[^"]*)"/g)];
  return named.flatMap(([, path]) => {
    const base = normalize(join(dirname(file), path!));
    return [base, `${base}.ts`, join(base, "index.ts")].filter((each) => known.has(each)).slice(0, 1);
  });
}

const graph = new Map(program.map((file) => [file, importsOf(file)]));
const room = (file: string): string => file.split("/")[0]!;

/** The first circle of imports that a file is part of, if any. */
function circle(): string[] | undefined {
  const done = new Set<string>();
  const follow = (file: string, path: string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of graph.get(file) ?? []) {
      const found = follow(next, [...path, file]);
      if (found !== undefined) return found;
    }
    done.add(file);
    return undefined;
  };
  for (const file of program) {
    const found = follow(file, []);
    if (found !== undefined) return found;
  }
  return undefined;
}

describe("the layout", () => {
  it("has imports from lower rooms only, in the order of docs/architecture.md", () => {
    const [line] = /^`common`.*$/m.exec(read("docs/architecture.md"))!;
    const order = [...line.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
    const rooms = [...new Set(program.map(room))].filter((name) => !/\.(?:mjs|config)/.test(name));
    expect(order, "docs/architecture.md names each room once").to.have.members(rooms);
    const upward = program.flatMap((file) =>
      graph
        .get(file)!
        .filter((to) => order.indexOf(room(to)) > order.indexOf(room(file)))
        .map((to) => `${file} imports ${to}`),
    );
    expect(upward).to.deep.equal([]);
  });

  it("has no circle of imports", () => {
    expect(circle()).to.equal(undefined);
  });

  it("has files of at most 250 lines, half of them of at most 70", () => {
    const lengths = files
      .filter((file) => file.endsWith(".ts") && !file.startsWith("test/fixtures/"))
      .map((file) => ({ file, lines: read(file).split("\n").length - 1 }))
      .sort((one, other) => one.lines - other.lines);
    expect(lengths.filter(({ lines }) => lines > 250).map(({ file }) => file)).to.deep.equal([]);
    expect(lengths[Math.floor(lengths.length / 2)]!.lines).to.be.at.most(70);
  });
});
