import { resolve } from "node:path";
import { expect } from "chai";
import { parseGenerateArguments } from "../../../cli/generate";
import { ExpectedError } from "../../../common/errors";

const root = resolve(__dirname, "../../..");
const url = "postgresql://owner:secret@127.0.0.1:5432/chat_perf_dev";
const parse = (...args: string[]) => parseGenerateArguments(args, root);

describe("npm run generate", () => {
  it("fills another database with the dev dataset", () => {
    expect(parse("--database-url", url)).to.deep.include({ ownerUrl: url, clear: false });
    expect(parse("--database-url", url)).to.have.deep.nested.property("spec.messages", 5_000_000);
  });

  it("takes numbers and seed from the command line before the stack's", () => {
    const request = parse(
      "--stack=staging",
      "--database-url",
      url,
      "--messages=200_000",
      "--seed",
      "other",
      "--clear",
    );
    expect(request).to.deep.include({ clear: true });
    expect(request)
      .to.have.property("spec")
      .that.includes({ messages: 200_000, users: 150_000, seed: "other" });
  });

  it("takes values of additional columns, and applies migrations only when it is asked to", () => {
    const columns = "users.plan = free";
    const request = parse("--database-url", url, "--columns", columns, "--migrate");
    expect(request).to.have.nested.property("spec.columns", columns);
    expect(request)
      .to.have.property("migrationsDir")
      .that.matches(/prisma\/migrations$/);
    expect(parse("--database-url", url)).to.not.have.property("migrationsDir");
  });

  it("loads all, or one partition of several", () => {
    expect(parse("--database-url", url)).to.not.have.property("partition");
    expect(parse("--database-url", url, "--shard", "2/3")).to.deep.include({
      partition: { number: 2, of: 3 },
    });
    expect(parse("--database-url", url, "--shard=1/1")).to.deep.include({ partition: { number: 1, of: 1 } });
  });

  for (const partition of ["", "2", "0/2", "3/2", "1/0", "-1/2", "1/2/3", "1 / 2", "one/two", "1.5/2"]) {
    it(`refuses the partition "${partition}"`, () => {
      expect(() => parse("--database-url", url, `--shard=${partition}`)).to.throw(
        ExpectedError,
        `--shard must name a partition, but it is "${partition}"`,
      );
    });
  }

  const mistakes: [string, string[], string][] = [
    ["no database", [], "names no database to load"],
    ["an unknown option", ["--rows=5"], "--rows"],
    [
      "a number that is none",
      ["--database-url", url, "--messages=many"],
      "--messages must be a whole number",
    ],
    ["a malformed URL", ["--database-url", "localhost"], "malformed"],
    ["a stack that is not up", ["--stack", "never-deployed"], "never-deployed"],
  ];
  for (const [what, args, message] of mistakes) {
    it(`refuses ${what} in one message`, () => {
      expect(() => parse(...args)).to.throw(ExpectedError, message);
    });
  }
});
