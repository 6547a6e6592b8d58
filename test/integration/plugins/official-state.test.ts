import { expect } from "chai";
import { secret } from "../../../toolchain/closed-network/plugins/values";
import { setUp } from "../../support/fixture";
import { asRecorded, type OfficialResource, officialResources, programInputs } from "../../support/official";
import { PluginClient, type StoredResource } from "../../support/plugin";
import { plugin } from "../../../toolchain/closed-network/plugins/postgresql";
import { configuration } from "../../support/postgresql-plugin";
import { startTestServer, type TestServer } from "../../support/server";
import { withClient } from "../../../postgres/connection";

const [provider, ...resources] = officialResources("postgresql") as [OfficialResource, ...OfficialResource[]];
const isExtension = (official: OfficialResource): boolean => official.type.endsWith(":Extension");

describe("state written by the postgresql plugin", () => {
  let server: TestServer;
  let client: PluginClient;
  let extensionVersion: string;
  const made = new Map<string, StoredResource>();

  setUp(async (undo) => {
    server = await startTestServer();
    client = await PluginClient.serving(plugin);
    undo(() => {
      client.close();
    });
    await client.configure(configuration(server));
    extensionVersion = await withClient(server.adminUrl, async (admin) => {
      const { rows } = await admin.query<{ version: string }>(
        "SELECT default_version AS version FROM pg_available_extensions WHERE name = 'pg_stat_statements'",
      );
      return rows[0]!.version;
    });
  });

  /** The recording, except for values that depend on the server's version. */
  const recordedOutputs = (official: OfficialResource) =>
    isExtension(official) ? { ...official.outputs, version: extensionVersion } : official.outputs;
  const inputs = (official: OfficialResource) =>
    programInputs(official, "password" in official.inputs ? { password: secret("a password") } : {});

  it("accepts the recorded configuration as it is", async () => {
    expect(await client.checkConfig({ ...provider.inputs, password: secret("a password") })).to.deep.equal(
      [],
    );
  });

  for (const official of resources) {
    it(`stores ${official.name} as the official plugin does`, async () => {
      const stored = await client.create(official.type, inputs(official));
      made.set(official.name, stored);
      expect(stored.id).to.equal(official.id);
      expect(asRecorded(stored.inputs)).to.deep.equal(official.inputs);
      expect(asRecorded(stored.outputs)).to.deep.equal(recordedOutputs(official));
    });
  }

  for (const official of resources) {
    it(`takes over ${official.name} from the official plugin without a change`, async () => {
      const secrets = { password: secret("a password"), passwordWo: secret(null) };
      const outputs = { ...recordedOutputs(official), ...("password" in official.outputs ? secrets : {}) };
      const theirs = { id: official.id, inputs: made.get(official.name)!.inputs, outputs };
      expect(await client.diff(official.type, theirs, inputs(official))).to.deep.include({ changes: {} });
      expect(await client.read(official.type, theirs)).to.deep.equal(theirs);
    });
  }

  it("leaves nothing behind when all is deleted", async () => {
    for (const official of [...resources].reverse()) {
      await client.delete(official.type, made.get(official.name)!);
    }
    const left = await withClient(server.adminUrl, async (admin) => {
      const { rows } = await admin.query<{ rolname: string }>(
        `SELECT rolname FROM pg_roles WHERE rolname = 'perf_dev_user'
          UNION ALL SELECT datname FROM pg_database WHERE datname = 'chat_perf_dev'`,
      );
      return rows;
    });
    expect(left).to.deep.equal([]);
  });
});
