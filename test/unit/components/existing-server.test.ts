import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { verificationWarning } from "../../../components/existing-server";
import { authority } from "../../support/certificates";
import { setUp } from "../../support/fixture";
import { type RecordedProgram, recordProgram } from "../../support/recorded-program";
import { rejection } from "../../support/rejection";
import { temporaryFolder } from "../../support/server";

describe("the program on an existing server", () => {
  let ca: string;
  let existing: Record<string, string>;
  let program: RecordedProgram;

  setUp(async (undo) => {
    const folder = temporaryFolder("certificates");
    undo(() => {
      rmSync(folder, { recursive: true });
    });
    ca = join(folder, "ca.pem");
    existing = {
      target: "existing",
      host: "db.example.com",
      adminUser: "deployer",
      adminPassword: "secret word",
      sslmode: "verify-full",
      sslRootCert: ca,
      messages: "20000",
      users: "500",
      conversations: "400",
    };
    writeFileSync(ca, authority("ours").certificate);
    program = await recordProgram("dev", existing, false);
  });

  it("has the same look at it first as every connection has: encrypted, and the server proved", () => {
    const { inputs } = program.ofType(/chatperf:ExistingServer$/)[0]!;
    expect(inputs).to.include({ host: "db.example.com", port: 5432, database: "chat_perf_dev" });
    expect(inputs).not.to.have.property("passwordForm");
    const query = `?sslmode=verify-full&sslrootcert=${encodeURIComponent(ca)}`;
    const urls = program.registrations.flatMap(({ inputs }) =>
      Object.entries(inputs).filter(([key]) => /url$/i.test(key)),
    );
    expect(urls).to.have.length.above(20);
    for (const [key, url] of urls) {
      expect(pulumi.runtime.isRpcSecret(url), key).to.equal(true);
      expect(pulumi.runtime.unwrapRpcSecret(url), key).to.include(query);
    }
  });

  it("tells the provider how to connect, and that it is no superuser", () => {
    const [provider] = program.ofType(/^pulumi:providers:postgresql$/);
    expect(provider!.inputs).to.include({
      host: "db.example.com",
      username: "deployer",
      sslmode: "verify-full",
      sslrootcert: ca,
      superuser: "false",
    });
  });

  it("does not change its max_connections, and limits the roles to the sessions that it has", () => {
    const settings = program.ofType(/chatperf:Setting$/).map(({ inputs }) => inputs.setting);
    expect(settings).to.include("work_mem").and.not.to.include("max_connections");
    const limits = ["dev-database-owner", "dev-database-role"].map(
      (name) => program.named(name).inputs.connectionLimit,
    );
    expect(limits).to.deep.equal([32, 46]);
  });

  it("makes no server, and needs no extension", () => {
    expect(program.ofType(/EmbeddedServer$|DockerServer$|extension:Extension$/)).to.deep.equal([]);
  });

  it("lets the administrator act as both roles, and sets what it may for the database", () => {
    const roles = program.ofType(/chatperf:Membership$/).map(({ inputs }) => inputs.role);
    expect(roles).to.have.members(["chat_perf_dev_owner", "perf_dev_user"]);
    expect(program.ofType(/chatperf:DatabaseSettings$/)).to.have.length(1);
  });

  it("checks before its deletion whether all of its objects on the server can be dropped", () => {
    const [protection] = program.ofType(/chatperf:Protection$/);
    expect(protection!.inputs).to.include.keys("own", "adminUrl");
  });

  it("warns of an unverified server on another machine only", () => {
    expect(verificationWarning({ host: "db.example.com", sslmode: "require" })).to.match(
      /db\.example\.com .* chat-perf:sslmode to verify-full, and chat-perf:sslRootCert/,
    );
    for (const [host, sslmode] of [
      ["127.0.0.1", "require"],
      ["localhost", "require"],
      ["db.example.com", "verify-ca"],
      ["db.example.com", "verify-full"],
    ] as const) {
      expect(verificationWarning({ host, sslmode }), `${host} ${sslmode}`).to.equal(undefined);
    }
  });

  for (const [what, changes, words] of [
    ["a protected host", { host: "prod-db.example.com" }, /host prod-db\.example\.com \(prod\)/],
    ["a host with a protected part", { host: "acmeproddb2" }, /host acmeproddb2 \(prod\)/],
    ["a protected administrator", { adminUser: "app_production" }, /role app_production \(production\)/],
    ["a missing file of certificates", { sslRootCert: "/nowhere.pem" }, /\/nowhere\.pem cannot be read/],
  ] as const) {
    it(`refuses ${what} before it registers anything`, async () => {
      expect(await rejection(recordProgram("dev", { ...existing, ...changes }, true))).to.match(words);
    });
  }
});
