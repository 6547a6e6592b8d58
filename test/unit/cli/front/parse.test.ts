import { expect } from "chai";
import type { Syntax } from "../../../../cli/front/command";
import { parseLine } from "../../../../cli/front/parse";
import { ExpectedError } from "../../../../common/errors";

const syntax = {
  name: "measure",
  summary: "Measures.",
  examples: [""],
  options: {
    stack: { value: "NAME", short: "s", description: "a stack" },
    file: { value: "FILE", multiple: true, description: "a file" },
    keep: { short: "k", description: "keep it" },
    compare: { operands: "A B", description: "compare two" },
  },
  exitCodes: "0 done",
} as const satisfies Syntax;

const passing = {
  ...syntax,
  passedOn: { to: "other", values: { parallel: "p", message: "" }, switches: { diff: "", refresh: "r" } },
} satisfies Syntax;

describe("a command line", () => {
  it("gives texts, lists of texts and switches, however they are written", () => {
    for (const args of [["--stack", "dev"], ["--stack=dev"], ["-s", "dev"], ["-sdev"]]) {
      expect(parseLine(syntax, args).values).to.deep.equal({ stack: "dev" });
    }
    expect(parseLine(syntax, ["--file", "a", "-k", "--file=-b"]).values).to.deep.equal({
      file: ["a", "-b"],
      keep: true,
    });
    expect(parseLine(syntax, []).values).to.deep.equal({});
  });

  it("has arguments only where an option takes them", () => {
    expect(parseLine(syntax, ["--compare", "a", "b"])).to.deep.include({ operands: ["a", "b"] });
  });

  it("keeps what is another program's, in order, with all after --", () => {
    const args = ["--refresh=false", "-k", "-p", "4", "--stack", "dev", "--message=x", "--", "y", "--stack"];
    expect(parseLine(passing, args)).to.deep.equal({
      values: { keep: true, stack: "dev" },
      keys: {},
      operands: [],
      passedOn: ["--refresh=false", "-p", "4", "--message=x", "--", "y", "--stack"],
    });
  });

  const mistakes: [string, string[], string][] = [
    ["an option almost right", ["--stak", "dev"], "There is no option --stak: did you mean --stack?"],
    ["an option almost right, with a value", ["--kep=1"], "There is no option --kep: did you mean --keep?"],
    [
      "an option like no other",
      ["--frobnicate"],
      "There is no option --frobnicate: `npm run measure -- --help` lists the options.",
    ],
    ["a letter", ["-x"], "There is no option -x: `npm run measure -- --help` lists the options."],
    [
      "an option without its value",
      ["--stack"],
      "--stack is given without a NAME: `npm run measure -- --help` shows how it is written.",
    ],
    [
      "an option in place of a value",
      ["--stack", "--keep"],
      "--stack is given without a NAME: `npm run measure -- --help` shows how it is written.",
    ],
    [
      "a switch with a value",
      ["--keep=yes"],
      '--keep takes no value, but is given "yes": leave the value out.',
    ],
    [
      "an argument",
      ["pr-1"],
      'Unexpected argument "pr-1": if it is a stack, write `npm run measure -- --stack pr-1`.',
    ],
  ];
  for (const [what, args, sentence] of mistakes) {
    it(`with ${what} ends in one sentence`, () => {
      for (const each of [syntax, passing]) {
        expect(() => parseLine(each, args))
          .to.throw(ExpectedError)
          .with.property("message", sentence);
      }
    });
  }

  it("knows the other program's options too when it looks for what was meant", () => {
    expect(() => parseLine(passing, ["--refersh"])).to.throw("did you mean --refresh?");
    expect(() => parseLine(passing, ["--parallel"])).to.throw("--parallel is given without a value");
    expect(() => parseLine(syntax, ["--refersh"])).to.throw("lists the options");
  });
});
