import { once } from "node:events";
import { createServer } from "node:http";
import { expect } from "chai";
import { errorOf, silent } from "../../support/existing-target";
import { answering, FakeServers, refusing } from "../../support/fake-postgres";
import { setUp } from "../../support/fixture";

describe("an existing server that cannot be used is one clear error", function () {
  this.timeout(15_000);
  const fakes = new FakeServers();
  setUp((undo) => {
    undo(() => {
      fakes.stop();
    });
  });

  describe("at the address", () => {
    it("nothing listens", async () => {
      const { problem, remedy } = await errorOf({ port: 1 });
      expect(problem).to.match(/^Cannot connect to 127\.0\.0\.1:1: connect ECONNREFUSED/);
      expect(remedy).to.match(/Check that the server runs and that host, port/);
    });

    it("the host name does not exist", async () => {
      const { problem, remedy } = await errorOf({ host: "nowhere.invalid", port: 5432 });
      expect(problem).to.match(/nowhere\.invalid:5432: getaddrinfo (ENOTFOUND|EAI_AGAIN)/);
      expect(remedy).to.match(/name/);
    });

    it("a web server answers", async () => {
      const web = createServer((_request, response) => response.end("welcome")).listen(0, "127.0.0.1");
      try {
        await once(web, "listening");
        const { port } = web.address() as { port: number };
        const { problem, remedy } = await errorOf({ port });
        expect(problem).to.match(/^The program that answers at 127\.0\.0\.1:\d+ is not PostgreSQL/);
        expect(remedy).to.match(/chat-perf:port/);
      } finally {
        web.close();
      }
    });

    it("a server answers that greets first, with the letter that would mean TLS", async () => {
      const port = await fakes.start((socket) => socket.write("SSH-2.0-OpenSSH_9.2\r\n"));
      expect((await errorOf({ port, sslmode: "require" })).problem).to.match(/is not PostgreSQL/);
    });

    it("the other side closes the connection", async () => {
      const port = await fakes.start((socket) => socket.end());
      expect((await errorOf({ port })).problem).to.match(/is not PostgreSQL/);
    });

    it("the other side accepts the connection and sends nothing", async () => {
      const { problem, remedy } = await errorOf({ port: await fakes.start(silent) });
      expect(problem).to.match(/did not answer within 5 s/);
      expect(remedy).to.match(/firewall/);
    });

    it("the other side offers TLS and sends nothing more", async () => {
      const port = await fakes.start((socket) => socket.once("data", () => socket.write("S")));
      const { problem, remedy } = await errorOf({ port, sslmode: "require" });
      expect(problem).to.match(/was not ready within 5 s/);
      expect(remedy).to.match(/firewall/);
    });
  });

  describe("of a server that answers every login with", () => {
    for (const [what, code, message, expected] of [
      ["starting up", "57P03", "the database system is starting up", /Wait until the server has started/],
      ["shutting down", "57P03", "the database system is shutting down", /Wait until the server has started/],
      ["too many clients", "53300", "sorry, too many clients already", /max_connections/],
      ["no such database", "3D000", 'database "postgres" does not exist', /name of the database/],
      [
        "a pooler's refusal",
        "08P01",
        "unsupported startup parameter in options: client_min_messages",
        /Connect to PostgreSQL directly/,
      ],
    ] as const) {
      it(what, async () => {
        const { problem, remedy } = await errorOf({ port: await fakes.start(refusing(code, message)) });
        expect(problem).to.include(message);
        expect(remedy).to.match(expected);
      });
    }

    it("an old version", async () => {
      const port = await fakes.start(answering("13.14 (Debian 13.14-1)"));
      const { problem, remedy } = await errorOf({ port });
      expect(problem).to.match(/runs PostgreSQL 13\.14 .*\. The oldest supported version is 14/);
      expect(remedy).to.match(/Upgrade/);
    });
  });
});
