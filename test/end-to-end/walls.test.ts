import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { withClient } from "../../postgres/connection";
import { setUp } from "../support/fixture";
import { needs } from "../support/needs";
import { OtherHost } from "../support/network-namespace";
import { type CommandResult, small, TestProject } from "../support/project";
import { rejection } from "../support/rejection";

const modest = { ...small, sharedBuffers: "128MB", maintenanceWorkMem: "64MB" };

describe("the walls around stacks", function () {
  this.timeout(600_000);
  const bands = ["dev", "staging", "perf"];
  let project: TestProject;

  const pulumi = (command: string, stack: string, ...more: string[]): Promise<CommandResult> =>
    project.pulumi(command, "--yes", "--skip-preview", "-s", stack, ...more);
  const succeeds = async (run: Promise<CommandResult>): Promise<string> => {
    const { code, output } = await run;
    expect(code, output).to.equal(0);
    return output;
  };
  const fails = async (run: Promise<CommandResult>): Promise<string> => {
    const { code, output } = await run;
    expect(code, output).not.to.equal(0);
    return output;
  };
  /** Waits for all commands before it checks one, so that none is still running when the test fails. */
  const upTogether = async (stacks: string[]): Promise<void> => {
    const ups = await Promise.all(stacks.map((stack) => pulumi("up", stack)));
    for (const { code, output } of ups) expect(code, output).to.equal(0);
  };
  const hasReport = (stack: string): boolean =>
    existsSync(join(project.folder, `reports/quality-report-${stack}.json`));
  const urlOf = (stack: string): Promise<string> => project.output(stack, "DATABASE_URL");

  setUp(async (undo) => {
    project = TestProject.create();
    undo(async () => {
      for (const stack of bands.filter((each) => project.hasResources(each))) {
        project.configure(stack, { ...modest, protect: "false" });
        await pulumi("up", stack);
      }
      await project.dispose(...bands);
    });
    for (const stack of bands) {
      project.configure(stack, modest);
      await project.pulumi("stack", "init", stack);
    }
    await upTogether(bands);
  });

  describe("all three bands at once on one machine", () => {
    it("have servers, databases, roles and reports of their own", async () => {
      const urls = (await Promise.all(bands.map(urlOf))).map((url) => new URL(url));
      for (const part of ["port", "pathname", "username", "password"] as const) {
        expect(new Set(urls.map((url) => url[part])), part).to.have.property("size", bands.length);
      }
      for (const stack of bands) {
        expect(await project.output(stack, "verdict")).to.equal("PASS");
        expect(hasReport(stack), stack).to.be.true;
      }
    });

    it("do not let each other's roles in", async () => {
      const [dev, perf] = [new URL(await urlOf("dev")), new URL(await urlOf("perf"))];
      const stranger = new URL(dev);
      stranger.username = perf.username;
      stranger.password = perf.password;
      expect(await rejection(withClient(stranger.href, () => Promise.resolve()))).to.match(
        /pg_hba\.conf rejects connection .* user "perf_user"/,
      );
    });

    it("limit the application's sessions and what these may take", async () => {
      for (const stack of bands) {
        const limits = await withClient(await urlOf(stack), async (client) => {
          const { rows } = await client.query<object>(
            `SELECT rolconnlimit AS sessions, current_setting('statement_timeout') AS statement,
                    current_setting('idle_in_transaction_session_timeout') AS idle
             FROM pg_roles WHERE rolname = current_user`,
          );
          return rows;
        });
        expect(limits, stack).to.deep.equal([{ sessions: 100, statement: "1min", idle: "1min" }]);
      }
    });
  });

  describe("a protected stack", () => {
    it("is not destroyed, says how it can be, and has lost nothing", async () => {
      const protectedBands = ["staging", "perf"];
      const outputs = await Promise.all(protectedBands.map((stack) => fails(pulumi("destroy", stack))));
      for (const [index, stack] of protectedBands.entries()) {
        expect(outputs[index])
          .to.include(`Stack "${stack}" is protected (chat-perf:protect is true)`)
          .and.to.include(`pulumi config set protect false -s ${stack} && pulumi up -s ${stack}`);
        expect(outputs[index]).not.to.match(/ deleted \(/);
      }
      expect(hasReport("perf")).to.be.true;
      await withClient(await urlOf("perf"), (client) => client.query("SELECT 1"));
    });

    it("keeps its dataset, whatever would replace it", async () => {
      project.configure("perf", { ...modest, messages: 30_000, datasetVersion: 2 });
      expect(await fails(pulumi("up", "perf")))
        .to.include("chat-perf:messages has changed")
        .and.to.include("chat-perf:datasetVersion has changed")
        .and.to.include("pulumi config set protect false -s perf");
      const rows = await withClient(await urlOf("perf"), async (client) => {
        return (await client.query<object>("SELECT count(*)::int AS messages FROM messages")).rows;
      });
      expect(rows).to.deep.equal([{ messages: small.messages }]);
      project.configure("perf", { ...modest, datasetVersion: 1 });
    });
  });

  describe("a server", () => {
    it("keeps its version as long as it exists", async () => {
      project.configure("dev", { ...modest, postgresVersion: 17 });
      const output = await fails(project.pulumi("preview", "-s", "dev"));
      expect(output).to.include("chat-perf:postgresVersion cannot change while the server exists");
      project.configure("dev", { ...modest, postgresVersion: 18 });
    });
  });

  describe("an allowed network", () => {
    let host: OtherHost;

    needs("hosts");
    setUp(async (undo) => {
      host = await OtherHost.create();
      undo(() => host.remove());
    });

    it("is let in by an update, which leaves everything as it is", async () => {
      const login = async () => host.login(`${await urlOf("dev")}?sslmode=require`);
      expect((await login()).error).to.match(/ECONNREFUSED/);
      project.configure("dev", { ...modest, allowedCidrs: `${host.address}/32` });
      const output = await succeeds(pulumi("up", "dev"));
      expect(output).to.match(/EmbeddedServer dev-server updated \(/);
      expect(output).not.to.match(/ (created|deleted|replaced) \(/);
      expect(await login()).to.deep.equal({ tls: "TLSv1.3" });
    });
  });

  describe("stacks whose protection is switched off", () => {
    it("go in any order, each without a trace", async () => {
      for (const stack of ["staging", "perf"]) project.configure(stack, { ...modest, protect: "false" });
      await upTogether(["staging", "perf"]);
      for (const stack of ["perf", "dev"]) await succeeds(pulumi("destroy", stack));
      await withClient(await urlOf("staging"), (client) => client.query("SELECT 1"));
      await succeeds(pulumi("destroy", "staging"));
      expect(project.leftovers()).to.deep.equal([]);
    });
  });
});
