import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect } from "chai";

const root = resolve(__dirname, "../..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** Every text of the project for people. */
const documents = [
  ...readdirSync(root).filter((file) => file.endsWith(".md")),
  ...["bench", "test/fixtures", "docs"].flatMap((folder) =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
          .filter((file) => file.endsWith("README.md"))
          .map((file) => join(folder, file))
      : [],
  ),
];

/** What GitHub makes of a heading. */
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
    expect(documents).to.include.members(["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]);
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

  it("show a preview as it is: what the README quotes is a reviewed one", () => {
    const words = (text: string): string =>
      text.replaceAll(/[>|#*-]|\[!CAUTION\]/g, " ").replaceAll(/\s+/g, " ");
    const quoted = words(read("README.md"));
    const lines = read("test/fixtures/previews/shrink.md")
      .split("\n")
      .map((line) => words(line).trim())
      .filter((line) => line !== "" && !line.startsWith("Left out"));
    for (const line of lines) expect(quoted).to.include(line);
  });

  it("name every command of package.json in the README, or in CONTRIBUTING", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const text = read("README.md") + read("CONTRIBUTING.md") + read("SECURITY.md");
    for (const name of Object.keys(scripts).filter((each) => !["mocha", "format", "setup"].includes(each))) {
      expect(text, name).to.match(new RegExp(`npm (?:run )?${name}\\b`));
    }
  });
});
