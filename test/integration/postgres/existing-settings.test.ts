import { expect } from "chai";
import { setting, type SettingInputs } from "../../../runtime/tasks/setting";
import { settingsInForce } from "../../../runtime/tasks/settings-in-force";
import { setUp, setUpEach } from "../../support/fixture";
import { alteredSettings } from "../../support/neighbourhood";
import { failureOf } from "../../support/rejection";
import { SystemServer } from "../../support/system-server";

const silent = (): void => undefined;

describe("settings of an existing server", () => {
  let server: SystemServer;
  setUp(async (undo) => {
    server = await SystemServer.start({ configuration: "shared_preload_libraries = 'auto_explain'" });
    undo(() => server.stop());
  });
  setUpEach((undo) => {
    undo(() => server.sql("ALTER SYSTEM RESET ALL"));
  });

  const inputs = (name: string, value: string, takenSettings: string[] = []): SettingInputs => ({
    adminUrl: server.adminUrl,
    machine: { kind: "existing", superuser: true, service: "other", takenSettings },
    setting: name,
    value,
    takes: "reload",
  });

  it("are written, and taken back", async () => {
    const given = inputs("work_mem", "64MB");
    const written = await setting.create(given, silent);
    expect(alteredSettings(server)).to.deep.equal(["work_mem = '64MB'"]);
    await setting.delete!({ ...given, ...written }, silent);
    expect(alteredSettings(server)).to.deep.equal([]);
  });

  it("are the stack's to take back also when a killed run had written them", async () => {
    const given = inputs("work_mem", "64MB");
    await setting.create(given, silent);
    const written = await setting.create(given, silent);
    await setting.delete!({ ...given, ...written }, silent);
    expect(alteredSettings(server)).to.deep.equal([]);
  });

  it("are refused, with both values, when somebody else has set another value", async () => {
    await server.sql("ALTER SYSTEM SET work_mem = '9MB'");
    for (const taken of [["work_mem"], []]) {
      const { problem, remedy } = await failureOf(setting.create(inputs("work_mem", "64MB", taken), silent));
      expect(problem).to.match(/work_mem to be 64MB, but another user's ALTER SYSTEM has set it to 9MB/);
      expect(remedy).to.match(/ALTER SYSTEM RESET work_mem/);
    }
    expect(alteredSettings(server)).to.deep.equal(["work_mem = '9MB'"]);
  });

  it("are not written when somebody else has set the same value in another notation", async () => {
    await server.sql("ALTER SYSTEM SET work_mem = '65536kB'");
    const given = inputs("work_mem", "64MB", ["work_mem"]);
    const written = await setting.create(given, silent);
    await setting.delete!({ ...given, ...written }, silent);
    expect(alteredSettings(server)).to.deep.equal(["work_mem = '65536kB'"]);
  });

  it("are not reset when somebody has changed them since", async () => {
    const given = inputs("work_mem", "64MB");
    const written = await setting.create(given, silent);
    await server.sql("ALTER SYSTEM SET work_mem = '9MB'");
    const lines: string[] = [];
    await setting.delete!({ ...given, ...written }, (line) => lines.push(line));
    expect(alteredSettings(server)).to.deep.equal(["work_mem = '9MB'"]);
    expect(lines).to.deep.equal([
      "Somebody has changed work_mem since the stack set it. It is kept as it is: 9MB",
    ]);
  });

  it("have the preloaded libraries of others kept", async () => {
    const given = inputs("shared_preload_libraries", "pg_stat_statements");
    const written = await setting.create(given, silent);
    expect(alteredSettings(server)).to.deep.equal([
      "shared_preload_libraries = 'auto_explain, pg_stat_statements'",
    ]);
    expect(await setting.read!({ ...given, ...written }, silent)).to.deep.equal({});
    const { waiting } = await settingsInForce.create(
      { ...given, settings: { shared_preload_libraries: "pg_stat_statements" } },
      silent,
    );
    expect(waiting).to.deep.equal(["shared_preload_libraries"]);
    await setting.delete!({ ...given, ...written }, silent);
    expect(alteredSettings(server)).to.deep.equal([]);
  });

  it("never name a library that is not installed: the server would not start again", async () => {
    const given = inputs("shared_preload_libraries", "no_such_library");
    expect(await setting.create(given, silent)).to.deep.equal({ written: "" });
    expect(alteredSettings(server)).to.deep.equal([]);
  });

  it("are listed with the reason why they cannot be in force", async () => {
    await server.sql("ALTER ROLE postgres SET work_mem = '7MB'");
    try {
      const given = inputs("work_mem", "64MB");
      await setting.create(given, silent);
      const lines: string[] = [];
      const { notSet } = await settingsInForce.create({ ...given, settings: { work_mem: "64MB" } }, (line) =>
        lines.push(line),
      );
      expect(notSet).to.deep.equal({ work_mem: "it is 7MB (source: user)" });
      expect(lines).to.include("⚠ work_mem = 64MB cannot be set: it is 7MB (source: user)");
    } finally {
      await server.sql("ALTER ROLE postgres RESET work_mem");
    }
  });
});
