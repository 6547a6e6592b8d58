import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { existingServer } from "../../../runtime/tasks/existing-server";
import { authority, type Certificate, serverCertificate } from "../../support/certificates";
import { errorOf, inputsFor, PASSWORD, silent, type Target } from "../../support/existing-target";
import { setUp } from "../../support/fixture";
import { temporaryFolder } from "../../support/server";
import { SystemServer } from "../../support/system-server";

describe("an existing server that cannot be used is one clear error", function () {
  this.timeout(15_000);
  let folder: string;
  setUp((undo) => {
    folder = temporaryFolder("certificates");
    undo(() => {
      rmSync(folder, { recursive: true });
    });
  });
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  describe("because of TLS", () => {
    let plain: SystemServer;
    let server: SystemServer;
    const ours = authority("ours");
    const theirs = authority("ours");
    let trusted: string;

    const serve = async ({ certificate, privateKey }: Certificate): Promise<void> => {
      server.write("data/server.crt", certificate);
      server.write("data/server.key", privateKey);
      await server.control("restart");
    };
    const fails = (target: Partial<Target>, from = server) =>
      errorOf({ port: from.port, password: from.adminPassword, ...target });

    setUp(async function (undo) {
      this.timeout(60_000);
      trusted = file("ours.pem", ours.certificate);
      const valid = serverCertificate(ours);
      plain = await SystemServer.start();
      undo(() => plain.stop());
      server = await SystemServer.start({
        tls: { sslmode: "require" },
        configuration: "ssl = on\nssl_ca_file = 'root.crt'",
        rules: [
          "hostssl all wanting_certificate 127.0.0.1/32 scram-sha-256 clientcert=verify-ca",
          "hostssl all postgres 127.0.0.1/32 scram-sha-256",
        ].join("\n"),
        files: {
          "server.crt": valid.certificate,
          "server.key": valid.privateKey,
          "root.crt": ours.certificate,
        },
      });
      undo(() => server.stop());
    });

    it("the server wants it", async () => {
      const { problem, remedy } = await fails({ sslmode: "disable" });
      expect(problem).to.match(/no pg_hba\.conf entry.*no encryption/);
      expect(remedy).to.match(/chat-perf:sslmode to require/);
    });

    for (const sslmode of ["require", "verify-full"] as const) {
      it(`the server does not have it, with sslmode ${sslmode}`, async () => {
        const { problem, remedy } = await fails({ sslmode }, plain);
        expect(problem).to.match(/does not support SSL/);
        expect(remedy).to.match(/chat-perf:sslmode to disable/);
      });
    }

    it("no trusted authority has signed the certificate", async () => {
      const { problem, remedy } = await fails({ sslmode: "verify-ca" });
      expect(problem).to.match(/self-signed certificate|unable to/);
      expect(remedy).to.match(/chat-perf:sslRootCert/);
    });

    it("another authority of the same name has signed the certificate", async () => {
      await serve(serverCertificate(theirs));
      const { problem, remedy } = await fails({ sslmode: "verify-ca", sslRootCert: trusted });
      expect(problem).to.match(/certificate signature failure/);
      expect(remedy).to.match(/chat-perf:sslRootCert/);
    });

    it("the certificate has expired", async () => {
      await serve(serverCertificate(ours, { years: -3 }));
      const { problem, remedy } = await fails({ sslmode: "verify-full", sslRootCert: trusted });
      expect(problem).to.match(/certificate has expired/);
      expect(remedy).to.match(/new certificate/);
    });

    it("the certificate is not valid yet", async () => {
      await serve(serverCertificate(ours, { years: 2 }));
      const { problem, remedy } = await fails({ sslmode: "verify-full", sslRootCert: trusted });
      expect(problem).to.match(/not yet valid/);
      expect(remedy).to.match(/clocks/);
    });

    it("the certificate is another host's", async () => {
      await serve(serverCertificate(ours, { dns: "db.example.com", ip: "192.0.2.7" }));
      const { problem, remedy } = await fails({ sslmode: "verify-full", sslRootCert: trusted });
      expect(problem).to.match(/does not match certificate's altnames/);
      expect(remedy).to.match(/verify-ca/);
    });

    it("the role must present a client certificate", async () => {
      await server.sql(`CREATE ROLE wanting_certificate LOGIN PASSWORD '${PASSWORD}' SUPERUSER`);
      const { problem, remedy } = await fails({
        sslmode: "require",
        user: "wanting_certificate",
        password: PASSWORD,
      });
      expect(problem).to.match(/valid client certificate/);
      expect(remedy).to.match(/with a password/);
    });

    for (const [what, path, words] of [
      ["is not there", "missing.pem", /missing\.pem cannot be read: ENOENT/],
      ["holds no certificate", "text.pem", /holds no certificate in PEM format/],
      ["is a folder", "folder", /EISDIR/],
    ] as const) {
      it(`the file of certificates ${what}`, async () => {
        file("text.pem", "-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n");
        mkdirSync(join(folder, "folder"), { recursive: true });
        const { problem, remedy } = await fails({ sslmode: "verify-ca", sslRootCert: join(folder, path) });
        expect(problem).to.match(words);
        expect(remedy).to.match(/chat-perf:sslRootCert/);
      });
    }

    it("but not where it is as it should be", async () => {
      await serve(serverCertificate(ours));
      for (const target of [
        { sslmode: "require" },
        { sslmode: "verify-ca", sslRootCert: trusted },
        { sslmode: "verify-full", sslRootCert: trusted },
        { sslmode: "verify-full", sslRootCert: trusted, host: "localhost" },
      ] as const) {
        const inputs = inputsFor({ port: server.port, password: server.adminPassword, ...target });
        expect((await existingServer.create(inputs, silent)).machine.superuser).to.equal(true);
      }
      await serve(serverCertificate(ours, { dns: "db.example.com", ip: "192.0.2.7" }));
      const inputs = inputsFor({
        port: server.port,
        password: server.adminPassword,
        sslmode: "verify-ca",
        sslRootCert: trusted,
      });
      expect((await existingServer.create(inputs, silent)).version).to.match(/^\d+/);
    });
  });
});
