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
      'host all "postgres" ::1/128 scram-sha-256',
      'host "chat_perf" "perf_owner" 127.0.0.1/32 scram-sha-256',
      'host "chat_perf" "perf_owner" ::1/128 scram-sha-256',
      'host "chat_perf" "perf_user" 127.0.0.1/32 scram-sha-256',
      'host "chat_perf" "perf_user" ::1/128 scram-sha-256',
      "host all all all reject",
    ]);
  });

  it("takes names for names, whatever they mean in the file", () => {
    const rules = accessRules({ adminUser: "postgres", database: "all", roles: ['say "all"'] });
    expect(rules).to.include('host "all" "say ""all""" 127.0.0.1/32');
  });

  it("uses the given addresses for this machine", () => {
    const rules = accessRules({
      adminUser: "postgres",
      database: "chat_perf",
      roles: ["perf_user"],
      thisMachine: ["172.18.0.1/32"],
    });
    expect(rules.split("\n").filter((line) => /^host\w* /.test(line))).to.deep.equal([
      'host all "postgres" 172.18.0.1/32 scram-sha-256',
      'host "chat_perf" "perf_user" 172.18.0.1/32 scram-sha-256',
      "host all all all reject",
    ]);
  });

  it("admits the roles from allowed networks by TLS, and the administrator from this machine only", () => {
    const rules = accessRules({
      adminUser: "postgres",
      database: "chat_perf",
      roles: ["perf_owner", "perf_user"],
      allowedCidrs: ["10.0.0.0/8", "fd00::/8"],
    });
    expect(rules.split("\n").filter((line) => /^host\w* /.test(line))).to.deep.equal([
      'host all "postgres" 127.0.0.1/32 scram-sha-256',
      'host all "postgres" ::1/128 scram-sha-256',
      ...["perf_owner", "perf_user"].flatMap((role) => [
        `host "chat_perf" "${role}" 127.0.0.1/32 scram-sha-256`,
        `host "chat_perf" "${role}" ::1/128 scram-sha-256`,
        `hostssl "chat_perf" "${role}" 10.0.0.0/8 scram-sha-256`,
        `hostssl "chat_perf" "${role}" fd00::/8 scram-sha-256`,
      ]),
      "host all all all reject",
    ]);
  });

  it("listens on loopback only, unless other networks are allowed", () => {
    expect(configuration(15_432, {})).to.match(/^port = 15432$/m);
    expect(configuration(15_432, {})).to.match(/^listen_addresses = '127\.0\.0\.1'$/m);
    expect(configuration(15_432, { allowedCidrs: ["10.0.0.0/8"] })).to.match(/^listen_addresses = '\*'$/m);
    expect(configuration(15_432, {})).to.match(/^unix_socket_directories = ''$/m);
  });
});
