import { expect } from "chai";
import { withClient } from "../../../postgres/connection";
import { startTestServer } from "../../support/server";

describe("test server", () => {
  it("makes databases with the chat schema", async () => {
    const server = await startTestServer();
    const database = await server.createDatabase();
    try {
      await withClient(database.appUrl, async (client) => {
        const { rows } = await client.query(`SELECT count(*)::int AS n FROM messages`);
        expect(rows).to.deep.equal([{ n: 0 }]);
      });
    } finally {
      await database.drop();
    }
  });
});
