import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Client } from "pg";
import { setUp } from "../support/fixture";
import { small, TestProject } from "../support/project";

describe("the life of a stack", function () {
  this.timeout(600_000);
  let project: TestProject;

  setUp((undo) => {
    project = TestProject.create();
    undo(() => project.dispose("dev"));
    project.configure("dev", small);
  });

  it("is previewed without a server, created, unchanged by a second run, and destroyed without a trace", async () => {
    await project.pulumi("stack", "init", "dev");

    const preview = await project.pulumi("preview", "-s", "dev");
    expect(preview.code, preview.output).to.equal(0);
    expect(preview.output).to.match(/chatperf:Setting\s+dev-settings-shared_buffers\s+create/);
    expect(preview.output).to.match(/forecast: [\d,]+ rows, [\d.]+ MB on disk/);
    expect(project.leftovers()).to.deep.equal([]);

    const up = await project.pulumi("up", "--yes", "--skip-preview", "-s", "dev");
    expect(up.code, up.output).to.equal(0);
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
      expect(up.output).to.match(line);
    }

    const report = await project.output<{ overall_assessment: object; dataset_summary: object }>(
      "dev",
      "report",
    );
    expect(report.overall_assessment).to.deep.equal({
      verdict: "PASS",
      passed_tests: 8,
      total_tests: 8,
      ready_for_phase2: true,
    });
    expect(report.dataset_summary).to.include(small);
    expect(await project.output("dev", "verdict")).to.equal("PASS");
    expect(await project.output("dev", "readyForPhase2")).to.equal(true);
    expect(await project.output("dev", "database")).to.equal("chat_perf_dev");
    expect(await project.output("dev", "user")).to.equal("perf_dev_user");
    expect(await project.output("dev", "host")).to.equal("127.0.0.1");
    const reports = await project.output<string[]>("dev", "reportFiles");
    expect(reports).to.deep.equal(
      ["json", "html", "xml"].map((face) => `reports/quality-report-dev.${face}`),
    );
    for (const file of reports) {
      expect(existsSync(join(project.folder, file)), file).to.equal(true);
    }
    expect(statSync(join(project.folder, ".secrets")).mode & 0o777).to.equal(0o700);
    expect(statSync(join(project.folder, ".secrets/.env.dev")).mode & 0o777).to.equal(0o600);

    const again = await project.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes", "-s", "dev");
    expect(again.code, again.output).to.equal(0);
    const refreshed = await project.pulumi(
      "refresh",
      "--yes",
      "--skip-preview",
      "--expect-no-changes",
      "-s",
      "dev",
    );
    expect(refreshed.code, refreshed.output).to.equal(0);

    const url = await project.output<string>("dev", "DATABASE_URL");
    const client = new Client(url);
    await client.connect();
    const { rows } = await client.query<{ directory: string; count: string }>(
      "SELECT count(*) AS count FROM messages",
    );
    expect(Number(rows[0]?.count)).to.equal(small.messages);
    await client.end();

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
