import { expect } from "chai";
import { accessRules, configuration } from "../../../postgres/embedded/configuration";

describe("an embedded server's configuration", () => {
  it("admits the administrator everywhere, the roles to their database, and nobody else", () => {
    const rules = accessRules({
      adminUser: "postgres",
      database: "chat_perf",
      roles: ["perf_owner", "perf_user"],
    });
    expect(rules.split("\n").filter((line) => line !== "" && !line.startsWith("#"))).to.deep.equal([
      'host all "postgres" 127.0.0.1/32 scram-sha-256',
      'host "chat_perf" "perf_owner" 127.0.0.1/32 scram-sha-256',
      'host "chat_perf" "perf_user" 127.0.0.1/32 scram-sha-256',
      "host all all all reject",
    ]);
  });

  it("takes names for names, whatever they mean in the file", () => {
    const rules = accessRules({ adminUser: "postgres", database: "all", roles: ['say "all"'] });
    expect(rules).to.include('host "all" "say ""all""" 127.0.0.1/32');
  });

  it("listens on loopback only", () => {
    expect(configuration(15_432)).to.match(/^port = 15432$/m);
    expect(configuration(15_432)).to.match(/^listen_addresses = '127\.0\.0\.1'$/m);
    expect(configuration(15_432)).to.match(/^unix_socket_directories = ''$/m);
  });
});
