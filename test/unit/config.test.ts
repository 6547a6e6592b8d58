import { expect } from "chai";
import fc from "fast-check";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse as parseYaml } from "yaml";
import { type Band, ConfigError, parseBand, readStackFile } from "../../config";
import { stackValues } from "../../config/stack-file";
import { specProblems } from "../../generator/problems";
import { ExpectedError } from "../../runtime/errors";

const root = resolve(__dirname, "../..");
const GB = 2 ** 30;
const memory = 64 * GB;
const dev = stackValues(root, "dev");

/** The dev band's values with some of them replaced; undefined takes one away. */
function parse(changes: Record<string, unknown>, machineMemory = memory): Band {
  return parseBand("dev", { ...dev, ...changes }, root, machineMemory);
}

function configError(changes: Record<string, unknown>, machineMemory = memory): ConfigError {
  try {
    parse(changes, machineMemory);
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigError);
    return error as ConfigError;
  }
  throw new Error("the configuration was accepted");
}

describe("configuration: bands", () => {
  const common = {
    shared_preload_libraries: "pg_stat_statements",
    log_min_duration_statement: "1000ms",
    log_autovacuum_min_duration: "0",
    autovacuum_vacuum_scale_factor: "0.05",
    autovacuum_analyze_scale_factor: "0.02",
    autovacuum_vacuum_cost_limit: "2000",
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
        target: "embedded",
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
        },
        server: {},
        migrationsDir: join(root, "prisma/migrations"),
        thresholds: {
          topOnePercentShare: 0.15,
          topFivePercentShare: 0.3,
          tailRatio: 10,
          diurnalVariation: 1.5,
        },
        qualityGate: "critical",
        passwordVersion: 1,
        datasetVersion: 1,
      } satisfies Band);
    });
  }

  it("any other stack is a small environment with names of its own", () => {
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
    expect(() => readStackFile(root, "dev/../..%2f")).to.throw(/is not a stack's name/);
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
    expect(parse({ dataDir: "data folder/dev" }).server).to.deep.equal({
      dataDir: join(root, "data folder/dev"),
    });
    expect(parse({ migrationsDir: tmpdir() }).migrationsDir).to.equal(tmpdir());
  });

  it("a port is a number", () => {
    expect(parse({ port: "54321" }).server).to.deep.equal({ port: 54321 });
  });
});

describe("configuration: mistakes", () => {
  /** Key, a value that it must not have, and what is said about it. */
  const bad: [key: string, value: unknown, problem: RegExp][] = [
    ["target", "docker", /supported values: embedded$/],
    ["target", "existing", /supported values: embedded$/],
    ["target", "Embedded", /supported values: embedded$/],
    ["target", "", /supported values: embedded$/],
    ["messages", "many", /whole number from 1 to 2,147,483,647$/],
    ["messages", "", /whole number/],
    ["messages", "0", /whole number/],
    ["messages", "-1", /whole number/],
    ["messages", "1.5", /whole number/],
    ["messages", "5,000,000", /whole number/],
    ["messages", "0x10", /whole number/],
    ["messages", "NaN", /whole number/],
    ["messages", "Infinity", /whole number/],
    ["messages", "1e18", /whole number/],
    ["messages", "9".repeat(400), /whole number/],
    ["messages", undefined, /is not set$/],
    ["messages", ["1", "2"], /one value, not a list or a map$/],
    ["messages", { least: 1 }, /one value, not a list or a map$/],
    ["messages", { secure: "v1:abc" }, /must not be a secret/],
    ["users", "0", /whole number from 2 to 50,000,000$/],
    ["users", "1", /whole number/],
    ["users", "-5000", /whole number/],
    ["users", "true", /whole number/],
    ["conversations", "0", /whole number/],
    ["conversations", "eight thousand", /whole number/],
    ["seed", "", /text of 1 to 200 characters/],
    ["seed", "s".repeat(201), /text of 1 to 200 characters/],
    ["seed", "a\nb", /on one line$/],
    ["seed", "a\0b", /on one line$/],
    ["alpha", "1", /number above 1 and at most/],
    ["alpha", "0.5", /number above 1/],
    ["alpha", "-1.8", /number above 1/],
    ["alpha", "1,8", /number above 1/],
    ["alpha", "100", /number above 1/],
    ["alpha", "heavy", /number above 1/],
    ["windowDays", "0", /whole number from 1 to 366$/],
    ["windowDays", "-90", /whole number/],
    ["windowDays", "1000000", /whole number/],
    ["windowEnd", "now", /instant in UTC/],
    ["windowEnd", "2025-02-30T00:00:00Z", /instant in UTC/],
    ["windowEnd", "2025-10-01T00:00:00+02:00", /instant in UTC/],
    ["windowEnd", "1955-10-01T00:00:00Z", /instant in UTC/],
    ["windowEnd", "2059-01-01T00:00:00Z", /instant in UTC/],
    ["conversations", "5000001", /^must not exceed messages \(5,000,000\): /],
    ["conversations", "49", /^must be at least 50 for 5,000,000 messages: /],
    ["users", "50", /^are too few for 8,000 conversations: /],
    ["seed", "   ", /^must not be empty/],
    ["datasetVersion", "0", /whole number/],
    ["datasetVersion", "1.1", /whole number/],
    ["workMem", "64", /with its unit/],
    ["workMem", "64mb", /with its unit/],
    ["workMem", "64M", /with its unit/],
    ["workMem", "lots", /with its unit/],
    ["workMem", "-64MB", /with its unit/],
    ["workMem", "0MB", /size from 64kB/],
    ["workMem", "63kB", /size from 64kB/],
    ["workMem", "2TB", /to 2147483647kB/],
    ["workMem", "65GB", /more than this machine's memory of 65536MB$/],
    ["sharedBuffers", "", /with its unit/],
    ["sharedBuffers", "127kB", /size from 128kB/],
    ["sharedBuffers", "25%", /with its unit/],
    ["sharedBuffers", "1TB", /more than this machine's memory/],
    ["sharedBuffers", `${"9".repeat(30)}TB`, /size from 128kB/],
    ["maintenanceWorkMem", "64kB", /size from 1024kB/],
    ["maintenanceWorkMem", "128 megabytes", /with its unit/],
    ["port", "0", /whole number from 1,024 to 65,535$/],
    ["port", "80", /whole number/],
    ["port", "65536", /whole number/],
    ["port", "-5432", /whole number/],
    ["port", "postgresql", /whole number/],
    ["dataDir", ".", /project's own folder$/],
    ["dataDir", "..", /project's own folder$/],
    ["dataDir", "/", /project's own folder$/],
    ["dataDir", "package.json", /is a file, not a folder$/],
    ["dataDir", "package.json/data", /lies below .*package\.json, which is a file$/],
    ["dataDir", "a\0b", /on one line$/],
    ["migrationsDir", "", /text of 1 to/],
    ["migrationsDir", "no/such/folder", /no folder that exists$/],
    ["migrationsDir", "package.json", /is a file, not a folder$/],
    ["passwordVersion", "0", /whole number from 1/],
    ["passwordVersion", "-1", /whole number/],
    ["passwordVersion", "two", /whole number/],
    ["qualityGate", "on", /supported values: critical, all, off$/],
    ["qualityGate", "", /supported values: critical, all, off$/],
    ["topOnePercentShare", "15", /number from 0 to 1$/],
    ["topOnePercentShare", "15%", /number from 0 to 1$/],
    ["topOnePercentShare", "-0.1", /number from 0 to 1$/],
    ["topFivePercentShare", "1.01", /number from 0 to 1$/],
    ["tailRatio", "0", /number from 1 to 1,000,000$/],
    ["tailRatio", "ten", /number from 1/],
    ["diurnalVariation", "0.5", /number from 1 to 1,000$/],
    ["diurnalVariation", "1e9", /number from 1 to 1,000$/],
    ["mesages", "5", /^no such key; did you mean messages\?$/],
    ["Messages", "5", /^no such key; did you mean messages\?$/],
    ["shared_buffers", "1GB", /^no such key; did you mean sharedBuffers\?$/],
    ["host", "localhost", /^no such key/],
    ["replicationFactor", "3", /^no such key$/],
    ["__proto__", "1", /^no such key$/],
    ["constructor", "1", /^no such key$/],
  ];

  for (const [key, value, problem] of bad) {
    const shown = JSON.stringify(value ?? null).slice(0, 40);
    it(`${key}: ${shown} is one mistake and names its key`, () => {
      const { mistakes } = configError({ [key]: value });
      expect(mistakes.map((mistake) => mistake.key)).to.deep.equal([key]);
      expect(mistakes[0]!.problem.replace(/ \(you gave .*\)$/s, "")).to.match(problem);
    });
  }

  it("several at once are all listed, each with the value given", () => {
    expect(
      configError({ target: "docker", messages: "abc", port: "80", workMem: "64", mesages: "5" }).message,
    ).to.equal(
      `The configuration of stack "dev" has 5 mistakes; nothing was changed:
  chat-perf:target: must be one of the supported values: embedded (you gave "docker")
  chat-perf:messages: must be a whole number from 1 to 2,147,483,647 (you gave "abc")
  chat-perf:workMem: must be a size from 64kB to 2147483647kB with its unit (kB, MB, GB or TB), such as 64MB (you gave "64")
  chat-perf:port: must be a whole number from 1,024 to 65,535 (you gave "80")
  chat-perf:mesages: no such key; did you mean messages?
  Correct a value with \`pulumi config set KEY VALUE -s dev\`, remove an unknown key with \`pulumi config rm KEY -s dev\`; Pulumi.yaml describes every key.`,
    );
  });

  it("one is one, with the text in full", () => {
    expect(configError({ alpha: "1" }).message).to.equal(
      `The configuration of stack "dev" has a mistake; nothing was changed:
  chat-perf:alpha: must be a number above 1 and at most 4 (you gave "1")
  Correct a value with \`pulumi config set KEY VALUE -s dev\`; Pulumi.yaml describes every key.`,
    );
  });

  it("values that do not go together are found beside those that are wrong by themselves", () => {
    const changes = { messages: "1000", alpha: "1", windowEnd: "now" };
    expect(configError(changes).mistakes.map(({ key }) => key)).to.deep.equal([
      "alpha",
      "windowEnd",
      "conversations",
    ]);
  });

  it("the limits of the dataset are the generator's own", () => {
    const dataset = parse({ messages: "50000000", conversations: "1000" }).dataset;
    for (const [key, least, most] of [
      ["messages", 1, 2 ** 31 - 1],
      ["users", 2, 50_000_000],
      ["conversations", 1, 50_000_000],
      ["windowDays", 1, 366],
    ] as const) {
      const problemsAt = (value: number) =>
        specProblems({ ...dataset, [key]: value }).filter(({ problem }) => problem.includes("whole number"));
      expect([least, most].flatMap(problemsAt), key).to.deep.equal([]);
      for (const beyond of [least - 1, most + 1]) {
        expect(problemsAt(beyond), key).to.have.length(1);
        expect(configError({ [key]: String(beyond) }).mistakes, key).to.have.length(1);
      }
    }
  });

  it("every key can be wrong at the same time", () => {
    const wrong = Object.fromEntries(Object.keys(dev).map((key) => [key, "\n"]));
    const { mistakes } = configError(wrong);
    expect(mistakes.map(({ key }) => key)).to.have.members(Object.keys(wrong));
  });

  it("a long value is shown in part, a secret one not at all", () => {
    expect(configError({ messages: "5".repeat(1000) }).message).to.have.length.below(400);
    expect(configError({ seed: { secure: "v1:cipher" } }).message).not.to.contain("cipher");
  });

  it("a size may be all of this machine's memory, and no more", () => {
    expect(parse({ sharedBuffers: "2GB" }, 2 * GB).settings).to.include({ shared_buffers: "2GB" });
    expect(configError({ sharedBuffers: "2GB" }, 2 * GB - 1).mistakes[0]!.key).to.equal("sharedBuffers");
  });

  it("a folder that one may not write is refused before anything is made", function () {
    if (process.getuid?.() === 0) this.skip(); // nothing is closed to root
    const closed = mkdtempSync(join(tmpdir(), "chat perf config "));
    try {
      chmodSync(closed, 0o500);
      expect(configError({ dataDir: closed }).message).to.contain("is a folder that you may not write");
      expect(configError({ dataDir: join(closed, "a/b") }).message).to.contain("which you may not write");
    } finally {
      rmSync(closed, { recursive: true });
    }
  });

  it("whatever is given, the outcome is a band or a list of mistakes", () => {
    const key = fc.oneof(fc.constantFrom(...Object.keys(dev)), fc.string());
    const number = fc.oneof(fc.double(), fc.integer(), fc.bigInt()).map(String);
    const value = fc.oneof(fc.string({ unit: "binary" }), number, fc.jsonValue(), fc.constant(undefined));
    fc.assert(
      fc.property(fc.dictionary(key, value), (changes) => {
        try {
          expect(parse(changes)).to.have.property("database", "chat_perf_dev");
        } catch (error) {
          expect(error).to.be.instanceOf(ConfigError);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("configuration: stack files", () => {
  let project: string;
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "chat perf config "));
    cpSync(join(root, "Pulumi.yaml"), join(project, "Pulumi.yaml"));
    mkdirSync(join(project, "prisma/migrations"), { recursive: true });
  });
  afterEach(() => {
    rmSync(project, { recursive: true });
  });

  const write = (...lines: string[]) => {
    writeFileSync(join(project, "Pulumi.dev.yaml"), lines.join("\n"));
  };

  it("values may be quoted or not, with the namespace or without", () => {
    write("config:", "  chat-perf:messages: 200000", '  users: "300"', "  windowEnd: 2025-06-30T00:00:00Z");
    expect(readStackFile(project, "dev").dataset).to.include({
      messages: 200_000,
      users: 300,
      windowEnd: "2025-06-30T00:00:00Z",
    });
  });

  it("an empty entry is empty text, as in the engine", () => {
    write("config:", "  chat-perf:port:");
    expect(readStackFile(project, "dev").server).to.deep.equal({});
  });

  it("other namespaces are none of our business", () => {
    write("config:", "  postgresql:host: elsewhere", "  pulumi:tags: {a: b}");
    expect(readStackFile(project, "dev").stack).to.equal("dev");
  });

  it("a file without configuration, and no file, mean the defaults", () => {
    const defaults = readStackFile(project, "dev");
    write("encryptionsalt: v1:abc");
    expect(readStackFile(project, "dev")).to.deep.equal(defaults);
    write("");
    expect(readStackFile(project, "dev")).to.deep.equal(defaults);
  });

  it("mistakes of the file are all listed", () => {
    write("config:", "  messages: [1, 2]", "  chat-perf:users: -1", "  mesages: 5");
    expect(() => readStackFile(project, "dev"))
      .to.throw(ConfigError)
      .with.property("mistakes")
      .that.deep.equals([
        { key: "messages", problem: "must be one value, not a list or a map (you gave [1,2])" },
        { key: "users", problem: 'must be a whole number from 2 to 50,000,000 (you gave "-1")' },
        { key: "mesages", problem: "no such key; did you mean messages?" },
      ]);
  });

  it("a file that is not YAML is named, with the place", () => {
    write("config:", "  chat-perf:users: 5", " chat-perf:messages: 5");
    expect(() => readStackFile(project, "dev")).to.throw(
      ExpectedError,
      /Cannot read Pulumi\.dev\.yaml: .*line 3/s,
    );
    write("config: 5");
    expect(() => readStackFile(project, "dev")).to.throw(ExpectedError, /Pulumi\.dev\.yaml has no map/);
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
    expect(Object.keys(config)).to.have.members([...required, "port", "dataDir"]);
  });
});
