import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Client } from "pg";
import { DevStack } from "../support/dev-stack/dev-stack";
import { driftOf } from "../support/dev-stack/drift";
import { previewsOf } from "../support/dev-stack/previews";
import { usersOf } from "../support/dev-stack/users";
import { setUp } from "../support/fixture";
import { small } from "../support/project";

describe("the life of a stack", function () {
  this.timeout(600_000);
  const stack = new DevStack();

  setUp(async (undo) => {
    stack.prepare(undo);
    await stack.project.pulumi("stack", "init", "dev");
  });

  it("is previewed without a server", async () => {
    const { code, output } = await stack.project.pulumi("preview", "-s", "dev");
    expect(code, output).to.equal(0);
    expect(output).to.match(/chatperf:Setting\s+dev-settings-shared_buffers\s+create/);
    expect(output).to.match(/forecast: [\d,]+ rows, [\d.]+ MB on disk/);
    expect(stack.project.leftovers()).to.deep.equal([]);
  });

  describe("is created", () => {
    setUp(() => stack.create());

    it("step by step, until the dataset passes", () => {
      for (const line of [
        /\[1\/8\] Checking PostgreSQL connectivity\.\.\./,
        /✓ Connected to PostgreSQL 18/,
        /\[2\/8\] Validating disk space\.\.\./,
        /✓ Disk space sufficient \(\d/,
        /\[3\/8\] Checking required extensions\.\.\./,
        /✓ Extensions configured/,
        /\[4\/8\] Creating performance database\.\.\./,
        /✓ Database 'chat_perf_dev' created/,
        /\[5\/8\] Creating dedicated user with least privilege\.\.\./,
        /✓ User 'perf_dev_user' created with least privilege/,
        /\[6\/8\] Running Prisma migrations\.\.\./,
        /✓ Migrations applied/,
        /\[7\/8\] Enabling query monitoring\.\.\./,
        /✓ Query monitoring enabled/,
        /\[8\/8\] Writing configuration files\.\.\./,
        /✓ Credentials written to \.secrets\/\.env\.dev/,
        /✓ Monitoring queries written to \.secrets\/monitor-dev\.sql/,
        /OVERALL VERDICT: PASS/,
      ]) {
        expect(stack.created.output).to.match(line);
      }
    });

    it("with outputs, reports and access files that only their owner can read", async () => {
      const report = await stack.output<{ overall_assessment: object; dataset_summary: object }>("report");
      expect(report.overall_assessment).to.deep.equal({
        verdict: "PASS",
        passed_tests: 8,
        total_tests: 8,
        ready_for_phase2: true,
      });
      expect(report.dataset_summary).to.include(small);
      expect(await stack.output("verdict")).to.equal("PASS");
      expect(await stack.output("readyForPhase2")).to.equal(true);
      expect(await stack.output("database")).to.equal("chat_perf_dev");
      expect(await stack.output("user")).to.equal("perf_dev_user");
      expect(await stack.output("host")).to.equal("127.0.0.1");
      const { folder } = stack.project;
      const reports = await stack.output<string[]>("reportFiles");
      expect(reports).to.deep.equal(
        ["json", "html", "xml"].map((format) => `reports/quality-report-dev.${format}`),
      );
      for (const file of reports) expect(existsSync(join(folder, file)), file).to.equal(true);
      expect(statSync(join(folder, ".secrets")).mode & 0o777).to.equal(0o700);
      expect(statSync(join(folder, ".secrets/.env.dev")).mode & 0o777).to.equal(0o600);
      expect(await stack.messages()).to.equal(small.messages);
    });

    it("and unchanged by a second run and by a refresh", async () => {
      await stack.isClean();
      const refreshed = await stack.refresh("--expect-no-changes");
      expect(refreshed.code, refreshed.output).to.equal(0);
    });
  });

  previewsOf(stack);
  usersOf(stack);
  driftOf(stack);

  // Mocha runs the tests of a suite before the suites in it.
  describe("in the end", () => {
    it("is destroyed without a trace", async () => {
      const url = await stack.url();
      const { project } = stack;
      const destroy = await project.pulumi("destroy", "--yes", "--skip-preview", "-s", "dev");
      expect(destroy.code, destroy.output).to.equal(0);
      expect(project.leftovers()).to.deep.equal([]);
      const refused = await new Client(url)
        .connect()
        .catch((error: unknown) => (error as NodeJS.ErrnoException).code);
      expect(refused).to.equal("ECONNREFUSED");
      const { stdout } = await project.pulumi("stack", "export", "-s", "dev");
      const state = JSON.parse(stdout) as { deployment: { resources?: unknown[] } };
      expect(state.deployment.resources ?? []).to.deep.equal([]);
    });
  });
});
