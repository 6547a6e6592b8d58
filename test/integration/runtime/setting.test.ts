import { expect } from "chai";
import { withClient } from "../../../postgres/connection";
import { setting } from "../../../runtime/tasks/setting";
import { settingsInForce } from "../../../runtime/tasks/settings-in-force";
import { setUp } from "../../support/fixture";
import { startTestServer, type TestServer } from "../../support/server";

describe("a server setting as a resource", () => {
  let server: TestServer;
  const log = (): void => undefined;

  setUp(async () => {
    server = await startTestServer();
  });

  const shown = (name: string): Promise<string> =>
    withClient(server.adminUrl, async (client) => {
      const { rows } = await client.query<{ value: string; pending: boolean }>(
        "SELECT current_setting(name) AS value, pending_restart AS pending FROM pg_settings WHERE name = $1",
        [name],
      );
      return `${rows[0]!.value}${rows[0]!.pending ? " (pending)" : ""}`;
    });
  const inputs = (name: string, value: string, takes: "reload" | "restart") => ({
    adminUrl: server.adminUrl,
    machine: { kind: "embedded" as const, dataDirectory: server.dataDirectory },
    setting: name,
    value,
    takes,
    written: value,
  });

  for (const [name, value, takes] of [
    ["work_mem", "5MB", "reload"],
    ["max_connections", "77", "restart"],
  ] as const) {
    it(`that takes a ${takes} is in force after its life begins and gone after it ends`, async () => {
      const before = await shown(name);
      const state = inputs(name, value, takes);
      await setting.create(state, log);
      const { restartedFor } = await settingsInForce.create({ ...state, settings: { [name]: value } }, log);
      expect(restartedFor).to.deep.equal(takes === "restart" ? [name] : []);
      expect(await shown(name)).to.equal(value);

      await setting.delete!(state, log);
      expect(await shown(name)).to.equal(before);
    });
  }

  it("shows as drift when changed by hand, also while the change waits for a restart", async () => {
    const state = inputs("max_connections", "78", "restart");
    const before = await shown("max_connections");
    await setting.create(state, log);
    expect(await setting.read!(state, log)).to.deep.equal({
      value: `${before}, and another value waits for a restart`,
    });
    await setting.delete!(state, log);
    expect(await shown("max_connections")).to.equal(before);
  });
});
