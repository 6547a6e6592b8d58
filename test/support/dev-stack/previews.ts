import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { setUp } from "../fixture";
import { small } from "../project";
import type { DevStack } from "./dev-stack";

/** The tests of previews of a stack that is up. They change nothing. */
export function previewsOf(stack: DevStack): void {
  describe("its preview for reviewers", () => {
    let secrets: string[];

    setUp(async () => {
      const { stdout } = await stack.project.pulumi("stack", "export", "--show-secrets", "-s", "dev");
      secrets = [...stdout.matchAll(/"plaintext":\s*"((?:[^"\\]|\\.)*)"/g)]
        .map((match) => JSON.parse(JSON.parse(`"${match[1]!}"`) as string) as unknown)
        .filter((value) => typeof value === "string" && value.length >= 8) as string[];
    });

    /** Returns the preview's text with some changed keys, and changes them back. */
    const preview = async (changes: Record<string, string | number>): Promise<string> => {
      const { project } = stack;
      project.configure("dev", { ...small, ...changes });
      const { code, stdout, output } = await project.run(process.execPath, [
        ...["--require", "./runtime/preload.cjs", "cli/preview.ts", "--output", "preview.md"],
      ]);
      project.configure("dev", { ...small, sharedBuffers: "256MB", passwordVersion: 1 });
      expect(code, output).to.equal(0);
      expect(readFileSync(join(project.folder, "preview.md"), "utf8")).to.equal(stdout);
      expect(secrets).to.have.length.of.at.least(5);
      for (const secret of secrets) expect(output).not.to.include(secret);
      return stdout;
    };

    it("says that nothing changes, where nothing does", async () => {
      const text = await preview({});
      expect(text)
        .to.match(/^<!-- chat-perf preview -->\n/)
        .and.to.include("## `dev`: no changes");
      expect(text).to.include("Last quality report: PASS, 8 of 8 checks passed");
    });

    it("has what was reviewed of a restart, a rotation and fewer messages, and no secret", async () => {
      const text = await preview({ sharedBuffers: "300MB", passwordVersion: 2, messages: 10_000 });
      const order = [
        "> [!CAUTION]",
        "| **replace** | dataset",
        "| restart | setting `shared_buffers`",
        "| access | role",
      ];
      const places = order.map((each) => text.indexOf(each));
      expect(places, text).not.to.include(-1);
      expect(places).to.deep.equal(places.toSorted((a, b) => a - b));
      expect(text).to.include("`messages` `20,000` → `10,000`").and.to.include("`256MB` → `300MB`");
      expect(text).to.include("| rows | 29,367 | 16,193 |");
    });
  });
}
