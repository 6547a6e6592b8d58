import { expect } from "chai";

import { closingBox, openingBox } from "../../../cli/boxes";
import { readStackFile } from "../../../config";
import { projectRoot } from "../../../toolchain/layout";
import { parseUpArguments } from "../../../cli/up";

describe("npm run up", () => {
  it("brings up the dev stack when none is named", () => {
    expect(parseUpArguments([])).to.deep.equal({ stack: "dev", keys: {}, passedOn: [] });
  });

  for (const args of [["--stack", "perf"], ["--stack=perf"], ["-s", "perf"], ["-sperf"]]) {
    it(`takes the stack from ${args.join(" ")} and passes the rest on, in order`, () => {
      expect(parseUpArguments(["--refresh", ...args, "-p", "4", "--", "x"])).to.deep.equal({
        stack: "perf",
        keys: {},
        passedOn: ["--refresh", "-p", "4", "--", "x"],
      });
    });
  }

  it("takes every configuration key as an option, checked as all are", () => {
    const { keys, passedOn } = parseUpArguments([
      "--messages",
      "20000",
      "--diff",
      "--workMem=32MB",
      "--target",
      "docker",
    ]);
    expect(keys).to.deep.equal({ messages: "20000", workMem: "32MB", target: "docker" });
    expect(passedOn).to.deep.equal(["--diff"]);
    expect(readStackFile(projectRoot, "dev", keys).dataset.messages).to.equal(20_000);
    const wrong = parseUpArguments(["--messages", "-5", "--alpha", "9"]).keys;
    expect(() => readStackFile(projectRoot, "dev", wrong))
      .to.throw("has 2 mistakes")
      .with.property("message")
      .that.includes('from 1 to 2,147,483,647 (you gave "-5")');
  });

  it("leaves the other --target, a resource's, to pulumi", () => {
    const urn = "urn:pulumi:dev::chat-perf::a:b:C::d";
    expect(parseUpArguments(["--target", urn])).to.deep.include({ keys: {}, passedOn: ["--target", urn] });
  });

  it("takes no password from the command line", () => {
    expect(() => parseUpArguments(["--adminPassword", "x"])).to.throw(
      "pulumi config set --secret adminPassword",
    );
  });

  it("says what was meant by a key that is misspelt or without a value", () => {
    expect(() => parseUpArguments(["--mesages", "5"])).to.throw("did you mean --messages?");
    expect(() => parseUpArguments(["--messages", "--diff"])).to.throw("--messages is given without a value");
  });

  it("asks for another name when no stack can have it", () => {
    expect(() => parseUpArguments(["--stack", "../dev"])).to.throw('"../dev" cannot be the name of a stack');
    expect(parseUpArguments(["--stack", "acme/chat-perf/dev"]).stack).to.equal("acme/chat-perf/dev");
  });

  it("asks for the name when --stack has none", () => {
    expect(() => parseUpArguments(["--stack"])).to.throw("--stack is given without a NAME");
  });

  it("says first which environment it brings up", () => {
    expect(openingBox(readStackFile(projectRoot, "dev"))).to.equal(`
╔═══════════════════════════════════════════════════════════╗
║  Performance Database Provisioning - DEV Environment      ║
╚═══════════════════════════════════════════════════════════╝

Configuration:
  Database: chat_perf_dev
  User: perf_dev_user
  Host: localhost (its own server)
  Target Messages: 5,000,000
  Target Users: 5,000
`);
  });

  it("ends with the box and commands that can be pasted", () => {
    expect(closingBox("dev", "postgresql://me:secret@127.0.0.1:15432/chat_perf_dev")).to.equal(`
╔═══════════════════════════════════════════════════════════╗
║  ✓ Provisioning Complete                                  ║
╚═══════════════════════════════════════════════════════════╝

The database chat_perf_dev is at 127.0.0.1:15432.

Quick Start:
  # Load environment variables
  source .secrets/.env.dev

  # Connect to database
  .secrets/connect-dev.sh

  # Validate the dataset's quality
  npm run validate -- --stack dev

  # Slow queries, table sizes, index usage, autovacuum
  .secrets/connect-dev.sh -f .secrets/monitor-dev.sql

  # Tear down
  . ./activate && pulumi destroy --stack dev
`);
  });
});
