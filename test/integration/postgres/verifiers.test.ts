import { expect } from "chai";
import { withAdministrator } from "../../../postgres/connection";
import { requireVerifiers } from "../../../postgres/existing/verifiers";
import { FakeServers, refusingStatements } from "../../support/fake-postgres";
import { setUp } from "../../support/fixture";
import { rejection } from "../../support/rejection";
import { startTestServer, type TestServer } from "../../support/server";

describe("a server's own rules for passwords", () => {
  const fakes = new FakeServers();
  let server: TestServer;
  setUp(async (undo) => {
    server = await startTestServer();
    undo(() => {
      fakes.stop();
    });
  });

  const roles = (): Promise<number> =>
    withAdministrator(server.adminUrl, async (client) => {
      const { rows } = await client.query<{ n: number }>("SELECT count(*)::int AS n FROM pg_roles");
      return rows[0]!.n;
    });

  it("may take verifiers, and the trial leaves no role", async () => {
    const before = await roles();
    await withAdministrator(server.adminUrl, requireVerifiers);
    expect(await roles()).to.equal(before);
  });

  it("may refuse verifiers: one error says what to set, and what it costs", async () => {
    const before = await roles();
    const port = await fakes.start(
      refusingStatements(server, /PASSWORD +'SCRAM-SHA-256/, "password type is not a plain text"),
    );
    const url = new URL(server.adminUrl);
    url.port = String(port);
    expect(await rejection(withAdministrator(url.href, requireVerifiers)))
      .to.include(
        "takes no SCRAM verifier in the place of a role's password: password type is not a plain text.",
      )
      .and.to.include("Set chat-perf:passwordForm to cleartext.")
      .and.to.include("the server's log");
    expect(await roles()).to.equal(before);
  });
});
