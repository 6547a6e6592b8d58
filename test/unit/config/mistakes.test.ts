import { expect } from "chai";
import fc from "fast-check";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../../../config";
import { specProblems } from "../../../generator/problems";
import { configError, dev, GB, parse } from "../../support/config";
import { skipWithout } from "../../support/needs";

describe("configuration: mistakes", () => {
  /** A key, a value that is refused, and the message. */
  const bad: [key: string, value: unknown, problem: RegExp][] = [
    ["target", "podman", /supported values: embedded, docker, existing$/],
    ["target", "Embedded", /supported values: embedded/],
    ["target", "", /supported values: embedded/],
    ["postgresVersion", "13", /whole number from 14 to 18$/],
    ["postgresVersion", "18.4", /whole number/],
    ["image", "", /text of 1 to 300 characters/],
    ["adminUser", "", /text of 1 to 63 characters/],
    ["adminPassword", "two\nlines", /text of 1 to 1,000 characters on one line$/],
    ["sslmode", "prefer", /supported values: disable, require, verify-ca, verify-full$/],
    ["allowedCidrs", "10.0.0.1", /networks in CIDR notation/],
    ["allowedCidrs", "10.0.0.0/8 192.168.0.0/16", /networks in CIDR notation/],
    ["allowedCidrs", "10.0.0.0/33", /networks in CIDR notation/],
    ["allowedCidrs", "all", /networks in CIDR notation/],
    ["allowedCidrs", "fd00::/8,10.1.2.3/8", /write 10\.0\.0\.0\/8 for the network, or 10\.1\.2\.3\/32 for/],
    ["allowedCidrs", "fd00::1/8", /write fd00::\/8 for the network, or fd00::1\/128 for the address$/],
    ["allowedCidrs", "::ffff:10.0.0.0/104", /write it as an IPv4 network$/],
    ["protectedNames", "a\nb", /words separated by commas/],
    ["protect", "yes", /supported values: true, false$/],
    ["phase2", "on", /supported values: off, capture, apply$/],
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
    ["columns", "users.plan", /must be entries such as messages.tenantId = acme/],
    ["columns", "rooms.plan = free", /but one is "rooms.plan = free"/],
    ["columns", "users.plan = \0", /must be text of at most 10,000 characters/],
    ["windowEnd", "2025-02-30T00:00:00Z", /instant in UTC/],
    ["windowEnd", "2025-10-01T00:00:00+02:00", /instant in UTC/],
    ["windowEnd", "1955-10-01T00:00:00Z", /instant in UTC/],
    ["windowEnd", "2059-01-01T00:00:00Z", /instant in UTC/],
    ["conversations", "5000001", /^must not exceed messages \(5,000,000\): /],
    ["conversations", "49", /^must be at least 50 for 5,000,000 messages, because /],
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
    ["dataDir", "package.json/data", /is below .*package\.json, which is a file$/],
    ["dataDir", "a\0b", /on one line$/],
    ["diskCheck", "on", /supported values: larger, forecast, rule, off$/],
    ["diskCheck", "", /supported values: larger, forecast, rule, off$/],
    ["migrationsDir", "", /text of 1 to/],
    ["migrationsDir", "no/such/folder", /not an existing folder$/],
    ["migrationsDir", "package.json", /is a file, not a folder$/],
    ["passwordVersion", "0", /whole number from 1/],
    ["passwordVersion", "-1", /whole number/],
    ["passwordVersion", "two", /whole number/],
    ["passwordForm", "md5", /supported values: scram, cleartext$/],
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
    ["mesages", "5", /^is not a known key; did you mean messages\?$/],
    ["Messages", "5", /^is not a known key; did you mean messages\?$/],
    ["shared_buffers", "1GB", /^is not a known key; did you mean sharedBuffers\?$/],
    ["hostname", "localhost", /^is not a known key/],
    ["replicationFactor", "3", /^is not a known key$/],
    ["__proto__", "1", /^is not a known key$/],
    ["constructor", "1", /^is not a known key$/],
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
      configError({ target: "podman", messages: "abc", port: "80", workMem: "64", mesages: "5" }).message,
    ).to.equal(
      `The configuration of stack "dev" has 5 mistakes; nothing was changed:
  chat-perf:target: must be one of the supported values: embedded, docker, existing (you gave "podman")
  chat-perf:messages: must be a whole number from 1 to 2,147,483,647 (you gave "abc")
  chat-perf:workMem: must be a size from 64kB to 2147483647kB with its unit (kB, MB, GB or TB), such as 64MB (you gave "64")
  chat-perf:port: must be a whole number from 1,024 to 65,535 (you gave "80")
  chat-perf:mesages: is not a known key; did you mean messages?
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

  it("impossible combinations are reported together with wrong single values", () => {
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
    const wrong = Object.fromEntries(Object.keys(dev).map((key) => [key, "\0"]));
    const { mistakes } = configError(wrong);
    expect(mistakes.map(({ key }) => key)).to.have.members(Object.keys(wrong));
  });

  it("a long value is shown in part, a secret one not at all", () => {
    expect(configError({ messages: "5".repeat(1000) }).message).to.have.length.below(400);
    expect(configError({ seed: { secure: "v1:cipher" } }).message).not.to.contain("cipher");
  });

  it("a password is not shown, however it was given", () => {
    const existing = { target: "existing", host: "db" };
    expect(configError({ ...existing, adminPassword: "hunter2\n" }).message).not.to.contain("hunter2");
    expect(parse({ ...existing, adminPassword: { secure: "v1:cipher" } }).target).to.deep.equal({
      ...{ kind: "existing", host: "db", port: 5432, adminUser: "postgres", sslmode: "require" },
    });
  });

  it("an existing server needs a host and a password", () => {
    const { mistakes } = configError({ target: "existing", sslRootCert: "ca.pem" });
    expect(mistakes.map(({ key }) => key)).to.deep.equal(["host", "adminPassword", "sslRootCert"]);
  });

  it("a size may be all of this machine's memory, and no more", () => {
    expect(parse({ sharedBuffers: "2GB" }, 2 * GB).settings).to.include({ shared_buffers: "2GB" });
    expect(configError({ sharedBuffers: "2GB" }, 2 * GB - 1).mistakes[0]!.key).to.equal("sharedBuffers");
  });

  it("a folder that is not writable is refused before anything is created", async function () {
    await skipWithout(this, "user");
    const closed = mkdtempSync(join(tmpdir(), "chat perf config "));
    try {
      chmodSync(closed, 0o500);
      expect(configError({ dataDir: closed }).message).to.contain("is a folder that you cannot write to");
      expect(configError({ dataDir: join(closed, "a/b") }).message).to.contain("which you cannot write to");
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
