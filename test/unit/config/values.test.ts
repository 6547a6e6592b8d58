import { expect } from "chai";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse as parseYaml } from "yaml";
import { type Band, parseBand, readStackFile } from "../../../config";
import { stackValues } from "../../../config/stack-file";
import { configError, memory, parse, root } from "../../support/config";

describe("configuration: bands", () => {
  const common = {
    shared_preload_libraries: "pg_stat_statements",
    log_min_duration_statement: "1000ms",
    log_autovacuum_min_duration: "0",
    autovacuum_vacuum_scale_factor: "0.05",
    autovacuum_analyze_scale_factor: "0.02",
    autovacuum_vacuum_cost_limit: "2000",
    max_wal_size: "4GB",
    wal_buffers: "64MB",
  };
  const bands = [
    ["dev", "chat_perf_dev", "perf_dev_user", 5_000_000, 5_000, 8_000, "64MB", "256MB", "128MB"],
    [
      "staging",
      "chat_perf_staging",
      "perf_staging_user",
      100_000_000,
      150_000,
      300_000,
      "128MB",
      "1GB",
      "512MB",
    ],
    ["perf", "chat_perf", "perf_user", 300_000_000, 250_000, 600_000, "256MB", "2GB", "1GB"],
  ] as const;

  for (const [stack, database, role, messages, users, conversations, work, shared, maintenance] of bands) {
    it(`${stack} has its own sizes, names and memory, and the settings of every band`, () => {
      expect(parseBand(stack, stackValues(root, stack), root, memory)).to.deep.equal({
        stack,
        target: { kind: "embedded", version: 18 },
        database,
        role,
        ownerRole: `${database}_owner`,
        dataset: {
          messages,
          users,
          conversations,
          seed: "chat-perf",
          alpha: 1.8,
          windowDays: 90,
          windowEnd: "2025-10-01T00:00:00Z",
        },
        settings: {
          ...common,
          work_mem: work,
          shared_buffers: shared,
          maintenance_work_mem: maintenance,
          max_connections: "200",
        },
        allowedCidrs: [],
        protectedNames: ["prod", "production"],
        protect: stack !== "dev",
        phase2: "off",
        migrationsDir: join(root, "prisma/migrations"),
        thresholds: {
          topOnePercentShare: 0.15,
          topFivePercentShare: 0.3,
          tailRatio: 10,
          diurnalVariation: 1.5,
        },
        qualityGate: "critical",
        diskCheck: "larger",
        passwordVersion: 1,
        passwordForm: "scram",
        datasetVersion: 1,
      } satisfies Band);
    });
  }

  it("any other stack is a small environment with its own names", () => {
    expect(readStackFile(root, "pr-123")).to.deep.equal({
      ...readStackFile(root, "dev"),
      stack: "pr-123",
      database: "chat_perf_pr_123",
      role: "perf_pr_123_user",
      ownerRole: "chat_perf_pr_123_owner",
    });
  });

  it("names fit PostgreSQL's 63 bytes and stay apart for any two long stack names", () => {
    const long = "feature-".repeat(12);
    const [a, b] = [readStackFile(root, `${long}a`), readStackFile(root, `${long}b`)];
    expect(a.ownerRole)
      .to.match(/^chat_perf_feature_feature_[a-z0-9_]+_owner$/)
      .and.have.length(63);
    expect(a.database).not.to.equal(b.database);
    expect(a.role).not.to.equal(b.role);
  });

  it("a stack may be named with its organization and project", () => {
    expect(readStackFile(root, "acme/chat-perf/staging")).to.deep.equal(readStackFile(root, "staging"));
  });

  it("a stack's name cannot lead to another folder", () => {
    expect(() => readStackFile(root, "dev/../..%2f")).to.throw(/cannot be the name of a stack/);
  });
});

describe("configuration: values", () => {
  it("numbers may be grouped by underscores or have an exponent", () => {
    expect(parse({ messages: "6_000_000" }).dataset.messages).to.equal(6_000_000);
    expect(parse({ messages: "6e6" }).dataset.messages).to.equal(6_000_000);
  });

  it("sizes are handed on as PostgreSQL writes them", () => {
    expect(parse({ workMem: "96 MB" }).settings).to.include({ work_mem: "96MB" });
    expect(parse({ sharedBuffers: "128kB" }).settings).to.include({ shared_buffers: "128kB" });
  });

  it("an instant has one form, whichever way it was written", () => {
    for (const windowEnd of [
      "2025-06-30T00:00:00Z",
      "2025-06-30T00:00:00.000Z",
      "2025-06-30",
      "2025-06-30 00:00:00 +0000 UTC",
    ]) {
      expect(parse({ windowEnd }).dataset.windowEnd).to.equal("2025-06-30T00:00:00Z");
    }
  });

  it("relative folders start at the project, absolute ones stay", () => {
    expect(parse({ dataDir: "data folder/dev" }).target).to.deep.equal({
      kind: "embedded",
      version: 18,
      dataDir: join(root, "data folder/dev"),
    });
    expect(parse({ migrationsDir: tmpdir() }).migrationsDir).to.equal(tmpdir());
  });

  it("a port is a number", () => {
    expect(parse({ port: "54321" }).target).to.include({ port: 54321 });
  });
});

describe("configuration: Pulumi.yaml", () => {
  interface Declaration {
    type: string;
    description: string;
    default: string;
  }
  const { config } = parseYaml(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as {
    config: Record<string, Declaration>;
  };

  for (const [key, declaration] of Object.entries(config)) {
    it(`${key} is declared as text, so that the engine leaves its check to us, with a sentence and a default`, () => {
      expect(declaration.type).to.equal("string");
      expect(declaration.default).to.be.a("string");
      expect(declaration.description).to.match(/^[A-Z].*\.$/);
    });
  }

  it("declares every key that there is", () => {
    const nothing = Object.fromEntries(Object.keys(config).map((key) => [key, undefined]));
    const required = configError(nothing).mistakes.map(({ key }) => key);
    expect(Object.keys(config)).to.have.members([
      ...required,
      ...["port", "dataDir", "host", "adminPassword", "sslRootCert"],
    ]);
  });
});
