import { expect } from "chai";
import { parseProfileArguments } from "../../../cli/profile";

const url = "postgresql://reader:secret@db.example.com:5432/chat";
const parse = (args: string[], environment: NodeJS.ProcessEnv = {}): unknown =>
  parseProfileArguments(args, "/nowhere", environment);

describe("the command line of profile", () => {
  it("takes a database, and what to do with its profile", () => {
    expect(parse(["--database-url", url, "-o", "a.json", "--against", "b.json"])).to.deep.equal({
      source: { url },
      output: "a.json",
      against: "b.json",
    });
    expect(parse([], { DATABASE_URL: url })).to.deep.equal({ source: { url } });
  });

  it("takes the output of the script, or prints the script, without a database", () => {
    expect(parse(["--from", "out.txt"])).to.deep.equal({ source: { file: "out.txt" } });
    expect(parse(["--print-sql"])).to.deep.equal({ script: true });
    expect(parse(["--print-sql", "-o", "profile.sql"])).to.deep.equal({
      script: true,
      output: "profile.sql",
    });
  });

  it("refuses to guess a database", () => {
    expect(() => parse([])).to.throw(/names no database/);
    expect(() => parse(["--database-url", "chat"])).to.throw(/malformed/);
  });
});
