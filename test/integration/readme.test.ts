import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect } from "chai";

const root = resolve(__dirname, "../..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** The files with this extension in a folder and its subfolders. Paths are relative to the project. */
const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file));

/** Every document of the project. */
const documents = [
  ...readdirSync(root).filter((file) => file.endsWith(".md")),
  ...filesIn("docs", ".md"),
  ...["bench", "test/fixtures"].flatMap((folder) => filesIn(folder, "README.md")),
];

/** The anchor that GitHub creates for a heading. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(" ", "-");

const linksOf = (text: string): string[] =>
  [...text.replace(/^```[^]*?^```/gm, "").matchAll(/(?:\]\(|src(?:set)?=")([^)"\s]+)/g)].map(
    (match) => match[1]!,
  );

describe("the texts for people", () => {
  it("are found", () => {
    expect(documents).to.include.members(["README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/targets.md"]);
  });

  it("begin with a page of at most 8 KB, which links to each page of docs/", () => {
    const readme = read("README.md");
    expect(Buffer.byteLength(readme)).to.be.at.most(8 * 1024);
    expect(linksOf(readme)).to.include.members(filesIn("docs", ".md"));
  });

  for (const document of documents) {
    it(`${document} has no link that leads nowhere`, () => {
      for (const link of linksOf(read(document)).filter((each) => !/^https?:/.test(each))) {
        const [path, heading] = link.split("#") as [string, string?];
        const file = path === "" ? join(root, document) : join(root, dirname(document), path);
        expect(existsSync(file), `${document}: ${link}`).to.equal(true);
        expect(relative(root, file), link).not.to.match(/^\.\./);
        if (heading === undefined) continue;
        const headings = [...readFileSync(file, "utf8").matchAll(/^#+ (.*)$/gm)].map((match) =>
          anchor(match[1]!),
        );
        expect(headings, link).to.include(heading);
      }
    });
  }

  it("show a preview as it is: docs/reviewing.md quotes a reviewed one", () => {
    const words = (text: string): string =>
      text.replaceAll(/[>|#*-]|\[!CAUTION\]/g, " ").replaceAll(/\s+/g, " ");
    const quoted = words(read("docs/reviewing.md"));
    const lines = read("test/fixtures/previews/shrink.md")
      .split("\n")
      .map((line) => words(line).trim())
      .filter((line) => line !== "" && !line.startsWith("Left out"));
    for (const line of lines) expect(quoted).to.include(line);
  });

  it("name every command of package.json", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const text = documents.map(read).join("\n");
    for (const name of Object.keys(scripts).filter((each) => !["mocha", "format", "setup"].includes(each))) {
      expect(text, name).to.match(new RegExp(`npm (?:run )?${name}\\b`));
    }
  });
});
