import { expect } from "chai";

import { closingBox, openingBox } from "../../../cli/boxes";
import { readStackFile } from "../../../config";
import { projectRoot } from "../../../toolchain/layout";
import { parseUpArguments } from "../../../cli/up";

describe("npm run up", () => {
  it("brings up the dev stack when none is named", () => {
    expect(parseUpArguments([])).to.deep.equal({ stack: "dev", passedOn: [] });
  });

  for (const args of [["--stack", "perf"], ["--stack=perf"], ["-s", "perf"], ["-sperf"]]) {
    it(`takes the stack from ${args.join(" ")} and passes the rest on, in order`, () => {
      expect(parseUpArguments(["--refresh", ...args, "-p", "4", "--", "x"])).to.deep.equal({
        stack: "perf",
        passedOn: ["--refresh", "-p", "4", "--", "x"],
      });
    });
  }

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
    expect(closingBox("dev")).to.equal(`
╔═══════════════════════════════════════════════════════════╗
║  ✓ Provisioning Complete                                  ║
╚═══════════════════════════════════════════════════════════╝

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
