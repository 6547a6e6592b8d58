import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { readViolations } from "../../preview/violations";
import { setUp } from "../support/fixture";
import { TestProject } from "../support/project";

const program = "test/fixtures/policy-violations";

/** The violations of the program, with the messages that say what to change. */
const violations: readonly (readonly [resource: string, policy: string, message: string])[] = [
  ["superuser", "roles-have-no-powers", "The role has SUPERUSER: remove superuser."],
  ["maker-of-databases", "roles-have-no-powers", "The role has CREATEDB: remove createDatabase."],
  ["maker-of-roles", "roles-have-no-powers", "The role has CREATEROLE: remove createRole."],
  ["replica", "roles-have-no-powers", "The role has REPLICATION: remove replication."],
  ["reader-of-all-rows", "roles-have-no-powers", "The role has BYPASSRLS: remove bypassRowLevelSecurity."],
  [
    "writer-of-files",
    "roles-are-in-no-powerful-role",
    "The role is a member of pg_write_server_files: remove it from roles.",
  ],
  [
    "stored-in-clear",
    "passwords-are-stored-encrypted",
    "The server would store the password in plain text: remove encryptedPassword.",
  ],
  [
    "sent-in-clear",
    "passwords-are-sent-as-verifiers",
    "The server is sent the password itself: set chat-perf:passwordForm to scram.",
  ],
  ["to-everybody", "nothing-for-public", "PUBLIC is granted CONNECT: grant it to the role that needs it."],
  ["everything", "privileges-have-names", "ALL is granted: name the privileges that are needed."],
  ["create", "no-more-than-rows", "CREATE on a database is granted: leave no more than CONNECT."],
  [
    "truncate",
    "no-more-than-rows",
    "TRUNCATE on a table is granted: leave no more than DELETE, INSERT, SELECT, UPDATE.",
  ],
  ["handed-on", "no-grant-option", "The role may grant its privileges to others: remove withGrantOption."],
  ["short", "passwords-are-long", "The password has 12 characters: set length to 32 or more."],
  [
    "open-to-the-world",
    "networks-are-named",
    "0.0.0.0/0 is every network: list your networks in chat-perf:allowedCidrs.",
  ],
  [
    "open-in-two-halves",
    "networks-are-named",
    "0.0.0.0/1, 128.0.0.0/1 admit 4,256,038,912 public IPv4 addresses, and a stack may admit 65,536 of them (a /16): list your networks in chat-perf:allowedCidrs.",
  ],
  [
    "production",
    "other-hosts-are-encrypted",
    "The connection to prod-db.example.com is not encrypted: set chat-perf:sslmode to verify-full.",
  ],
  [
    "production",
    "no-production-host",
    "prod-db.example.com looks like production: set chat-perf:host to another server.",
  ],
  [
    "unverified",
    "no-production-host",
    "prod1.example.com looks like production: set chat-perf:host to another server.",
  ],
  [
    "production-database-run-together",
    "no-production-name",
    "productiondb looks like production: give the stack another name.",
  ],
  [
    "production-database",
    "no-production-name",
    "chat_prod looks like production: give the stack another name.",
  ],
  [
    "unprotected",
    "large-bands-are-protected",
    "The dataset can be deleted: set chat-perf:protect to true in Pulumi.perf.yaml.",
  ],
  [
    "policy-violations-perf",
    "settings-of-the-bands",
    "The setting shared_preload_libraries is auto_explain: set it to pg_stat_statements.",
  ],
  [
    "policy-violations-perf",
    "settings-of-the-bands",
    "The setting log_min_duration_statement is 10s: set it to 1000ms.",
  ],
  [
    "policy-violations-perf",
    "settings-of-the-bands",
    "The setting log_autovacuum_min_duration is missing: set it to 0.",
  ],
];

describe("the policy pack on the real engine", function () {
  this.timeout(300_000);
  let project: TestProject;

  setUp((undo) => {
    project = TestProject.create();
    undo(() => project.dispose());
  });

  it("stops a program that violates every policy, and says of each violation what to change", async () => {
    await project.pulumi("-C", program, "stack", "init", "perf");
    const events = join(project.folder, "events.json");
    const { code, output } = await project.run(
      "pulumi",
      [
        ...["-C", program, "preview", "-s", "perf", "--non-interactive", "--color", "never"],
        ...["--policy-pack", join(project.folder, "policy"), "--event-log", events],
      ],
      { PULUMI_DEBUG_COMMANDS: "true" },
    );
    expect(code).not.to.equal(0);
    const found = readViolations(readFileSync(events, "utf8"));
    for (const [resource, policy, message] of violations) {
      expect(found, output).to.deep.include({ resource, policy, message });
      expect(output).to.include(message);
    }
    // It is only a warning, so the log of violations has no line of it.
    expect(output).to.include("The identity of prod1.example.com is not verified");
  });

  it("lets the three bands pass, without any server", async () => {
    const { code, stdout, output } = await project.run(process.execPath, [
      ...["--require", "./runtime/preload.cjs", "cli/preview.ts"],
      ...["dev", "staging", "perf"].flatMap((stack) => ["--stack", stack]),
    ]);
    expect(stdout).not.to.include("Violated policies");
    expect(code, output).to.equal(0);
  });
});
