import { expect } from "chai";
import { withAdministrator, withClient } from "../../../postgres/connection";
import {
  areSetForRole,
  type RoleSettings,
  roleSettingsNow,
  setForRole,
} from "../../../postgres/role-settings";
import { setUpEach } from "../../support/fixture";
import { startTestServer, type TestDatabase, type TestServer } from "../../support/server";

describe("the settings of a role in a database", () => {
  let server: TestServer;
  let database: TestDatabase;
  let wanted: RoleSettings;
  setUpEach(async (undo) => {
    server = await startTestServer();
    database = await server.createDatabase({ migrated: false });
    undo(() => database.drop());
    wanted = {
      adminUrl: server.adminUrl,
      role: database.appRole,
      database: database.name,
      settings: { search_path: "public", statement_timeout: "60000" },
      own: true,
    };
    await setForRole(wanted);
  });

  const byHand = (change: string): Promise<unknown> =>
    withAdministrator(server.adminUrl, (client) => client.query(`ALTER ROLE ${database.appRole} ${change}`));
  const shown = (setting: string): Promise<unknown> =>
    withClient(database.appUrl, async (client) => {
      const { rows } = await client.query<{ value: string }>("SELECT current_setting($1) AS value", [
        setting,
      ]);
      return rows[0]!.value;
    });

  it("hold in its sessions there, whatever is set for the role", async () => {
    await byHand("SET statement_timeout TO '5s'");
    expect(await shown("statement_timeout")).to.equal("1min");
    expect(await shown("search_path")).to.equal("public");
  });

  for (const value of ["'5s'", "'2min'", "5000"]) {
    it(`are as wanted again after somebody has set ${value} for the role, here and everywhere`, async () => {
      await byHand(`SET statement_timeout TO ${value}`);
      await byHand(`IN DATABASE ${database.name} SET statement_timeout TO ${value}`);
      expect(await areSetForRole(wanted)).to.be.false;
      expect(await roleSettingsNow(wanted)).to.deep.equal({
        inDatabase: { search_path: "public", statement_timeout: value.replaceAll("'", "") },
        inAllDatabases: { statement_timeout: value.replaceAll("'", "") },
      });
      await setForRole(wanted);
      expect(await areSetForRole(wanted)).to.be.true;
      expect(await roleSettingsNow(wanted)).to.deep.equal({
        inDatabase: wanted.settings,
        inAllDatabases: {},
      });
    });
  }

  it("are the same in another unit", async () => {
    await byHand(`IN DATABASE ${database.name} SET statement_timeout TO '1min'`);
    expect(await areSetForRole(wanted)).to.be.true;
  });

  it("leave what is set for a role of somebody else alone", async () => {
    await byHand("SET statement_timeout TO '5s'");
    const foreign = { ...wanted, own: false };
    expect(await areSetForRole(foreign)).to.be.true;
    await setForRole(foreign);
    expect((await roleSettingsNow(foreign))?.inAllDatabases).to.deep.equal({ statement_timeout: "5s" });
  });

  it("lose those that are wanted no longer", async () => {
    const fewer = { ...wanted, settings: { search_path: "public" } };
    await setForRole(fewer, Object.keys(wanted.settings));
    expect(await shown("statement_timeout")).to.equal("0");
  });

  it("are gone with the role or the database", async () => {
    expect(await roleSettingsNow({ ...wanted, role: "nobody_here" })).to.be.undefined;
    expect(await roleSettingsNow({ ...wanted, database: "no_such_database" })).to.be.undefined;
  });

  it("decide what a name means to the administrator, whatever the owner of the database has set", async () => {
    const { rows } = await withClient(database.adminUrl, (client) =>
      client.query<{ user: string }>("SELECT current_user AS user"),
    );
    const administrator = {
      ...wanted,
      role: rows[0]!.user,
      settings: { search_path: "pg_catalog" },
      own: false,
    };
    await setForRole(administrator);
    await withClient(database.ownerUrl, (client) =>
      client.query(`ALTER DATABASE ${database.name} SET search_path = public, pg_catalog`),
    );
    const path = await withClient(database.adminUrl, (client) => client.query("SHOW search_path"));
    expect(path.rows).to.deep.equal([{ search_path: "pg_catalog" }]);
  });
});
