import { expect } from "chai";
import { type BenchRequest, parseBenchArguments, syntax } from "../../../bench/command-line";
import { usualStudies } from "../../../bench/ours/studies";
import { peers } from "../../../bench/peers";
import { usage } from "../../../cli/front/usage";
import { ExpectedError } from "../../../common/errors";

const parse = (...args: string[]) => parseBenchArguments(args);
const namesOf = (...args: string[]): string[] =>
  (parse(...args) as BenchRequest).peers.map(({ name }) => name);

describe("npm run bench", () => {
  it("measures everything at the dev band's size", () => {
    expect(parse()).to.deep.equal({ peers, studies: usualStudies });
  });

  it("measures only what is named, in its own order", () => {
    expect(namesOf("--only", "prisma, ours,memory")).to.deep.equal(["ours", "prisma"]);
    expect(parse("--only", "prisma, ours,memory")).to.have.deep.property("studies", ["memory"]);
  });

  it("takes number of messages and output file", () => {
    expect(parse("--messages=200_000", "--output", "bench.json")).to.include({
      messages: 200_000,
      output: "bench.json",
    });
  });

  it("shows a result as Markdown", () => {
    expect(parse("--markdown", "bench/results/latest.json")).to.deep.equal({
      markdown: "bench/results/latest.json",
    });
  });

  it("names every peer in its usage", () => {
    for (const { name } of peers) expect(usage(syntax)).to.include(name);
  });

  const mistakes: [string, string[], string][] = [
    ["an unknown peer", ["--only", "ours,oracle"], '"oracle"'],
    ["an empty name", ["--only", ""], '""'],
    ["an unknown option", ["--rows=5"], "--rows"],
    ["a number that is none", ["--messages=many"], "--messages must be a whole number"],
  ];
  for (const [what, args, message] of mistakes) {
    it(`refuses ${what} in one message`, () => {
      expect(() => parse(...args)).to.throw(ExpectedError, message);
    });
  }

  it("has its own name and description for each peer", () => {
    expect(new Set(peers.map(({ name }) => name))).to.have.property("size", peers.length);
    for (const { what } of peers) expect(what.length, what).to.be.at.most(36);
    for (const { name, timed } of peers) expect(`${name}: ${timed}`.length, name).to.be.at.most(100);
  });
});
