import { expect } from "chai";
import { parseServersArguments, serverLines } from "../../../cli/servers";
import type { FoundServer } from "../../../postgres/found-server";
import { ExpectedError } from "../../../common/errors";

describe("npm run servers", () => {
  it("lists, or removes one that is named", () => {
    expect(parseServersArguments([])).to.deep.equal({});
    expect(parseServersArguments(["--remove", "dev-3f2a91c0"])).to.deep.equal({ remove: "dev-3f2a91c0" });
  });

  for (const args of [["--remove"], ["--all"], ["dev"]]) {
    it(`does not understand ${args.join(" ")}`, () => {
      expect(() => parseServersArguments(args)).to.throw(ExpectedError, "npm run servers -- --help");
    });
  }

  const server: FoundServer = {
    kind: "embedded",
    name: "dev-3f2a91c0",
    stack: "dev",
    projectRoot: "/home/me/chat-perf",
    place: "/var/lib/chat-perf/dev-3f2a91c0",
    state: "running",
    port: 41233,
  };

  it("says of each server what is known of it, within 80 columns", () => {
    const lines = serverLines(server, 1.2e9, "/home/me/chat-perf");
    expect(lines).to.deep.equal([
      "dev-3f2a91c0: running at port 41233, 1.2 GB, in the state of its stack",
      "  stack dev of /home/me/chat-perf",
      "  folder /var/lib/chat-perf/dev-3f2a91c0",
    ]);
    const unknown = serverLines({ ...server, stack: "staging", name: "staging-3f2a91c0" }, 31.2e9, undefined);
    expect(unknown[0]).to.include("in no state on this machine");
    for (const line of [...lines, ...unknown]) expect(line.length).to.be.at.most(80);
  });

  it("says as much as it knows of a container of an earlier version", () => {
    const place = "chat-perf-dev-0a1b2c3d";
    const old: FoundServer = { kind: "docker", name: place, place, stack: "dev", state: "stopped" };
    expect(serverLines(old, undefined, undefined)).to.deep.equal([
      "chat-perf-dev-0a1b2c3d: stopped, in no state on this machine",
      "  stack dev of an unknown project",
      "  container and volume chat-perf-dev-0a1b2c3d",
    ]);
  });
});
