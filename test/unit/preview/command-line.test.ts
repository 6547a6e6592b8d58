import { expect } from "chai";
import { parsePreviewArguments } from "../../../cli/preview";

describe("the command line of npm run preview", () => {
  it("takes stacks and a file, and the dev stack by default", () => {
    expect(parsePreviewArguments([])).to.deep.equal({ stacks: ["dev"], output: undefined });
    expect(parsePreviewArguments(["--stack", "dev", "-s", "perf", "--output", "preview.md"])).to.deep.equal({
      stacks: ["dev", "perf"],
      output: "preview.md",
    });
  });

  it("is told what was meant by something else", () => {
    expect(() => parsePreviewArguments(["--stak", "dev"])).to.throw("did you mean --stack?");
    expect(() => parsePreviewArguments(["dev"])).to.throw("`npm run preview -- --stack dev`");
  });
});
