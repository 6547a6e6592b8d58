import type { StackValidationArgs } from "@pulumi/policy";
import { expect } from "chai";
import { portsPolicy } from "../../../policy/rules/ports";
import { protectionPolicy } from "../../../policy/rules/protection";
import { settingViolations } from "../../../policy/rules/settings";

describe("the policies on a whole stack", () => {
  describe("of a container's ports", () => {
    /** The violations of a container, with `admitted` as the networks of its server. */
    const ports = (props: object, admitted?: string[]): string => {
      const container = { type: "docker:index/container:Container", urn: "urn:container", props };
      const server = {
        type: "pulumi-nodejs:dynamic/chatperf:DockerServer",
        urn: "urn:server",
        props: { allowedCidrs: admitted },
        propertyDependencies: { containerId: [container] },
      };
      const resources = admitted === undefined ? [container] : [container, server];
      const violations: string[] = [];
      void portsPolicy.validateStack({ resources } as unknown as StackValidationArgs, (violation) => {
        violations.push(violation);
      });
      return violations.join(" ");
    };
    const on = (ip?: string, internal = 5432) => ({ ports: [{ internal, ip }] });

    it("see every other address than loopback, and the default", () => {
      expect(ports(on("0.0.0.0"))).to.include("Port 5432 is published on 0.0.0.0: set its ip to 127.0.0.1");
      for (const ip of [undefined, "", "::", "[::]", "10.0.0.9", "::ffff:0.0.0.0"]) {
        expect(ports(on(ip)), ip).to.include("is published on");
      }
      for (const ip of ["127.0.0.1", "127.0.0.9", "::1", "[::1]"]) expect(ports(on(ip)), ip).to.equal("");
      expect(ports({})).to.equal("");
    });

    it("let a server be reached that admits named networks only", () => {
      expect(ports(on("0.0.0.0"), ["10.0.0.0/8"])).to.equal("");
    });

    it("believe the server's rules, and no label", () => {
      const labels = [{ label: "chat-perf.admits", value: "allowedCidrs" }];
      expect(ports({ ...on("0.0.0.0"), labels })).to.include("is published on 0.0.0.0");
      expect(ports({ ...on("0.0.0.0"), labels }, [])).to.include("is published on 0.0.0.0");
      expect(ports({ ...on(""), labels }, ["0.0.0.0/1", "128.0.0.0/1"])).to.include(
        "is published on 0.0.0.0",
      );
    });

    it("see ports that the server's rules do not decide on", () => {
      expect(ports(on("0.0.0.0", 22), ["10.0.0.0/8"])).to.include("Port 22");
      expect(ports({ publishAllPorts: true }, ["10.0.0.0/8"])).to.include("remove publishAllPorts");
    });
  });

  it("large-bands-are-protected sees staging, perf and every stack of as many messages, and no other", () => {
    const said = (stack: string, protect?: boolean, messages = 1): string => {
      const resource = (kind: string, props: object) => ({
        ...{
          type: `pulumi-nodejs:dynamic/chatperf:${kind}`,
          urn: `urn:pulumi:${stack}::chat-perf::x::y`,
          props,
        },
      });
      const resources = [
        resource("Dataset", { messages }),
        ...(protect === undefined ? [] : [resource("Protection", { protect })]),
      ];
      const violations: string[] = [];
      void protectionPolicy.validateStack({ resources } as unknown as StackValidationArgs, (violation) => {
        violations.push(violation);
      });
      return violations.join();
    };
    expect(said("perf", false)).to.include("set chat-perf:protect to true in Pulumi.perf.yaml");
    expect(said("staging")).to.include("Pulumi.staging.yaml");
    expect(said("perf", true) + said("dev", false) + said("pr-123")).to.equal("");
    expect(said("pr-123", false, 300_000_000)).to.include("Pulumi.pr-123.yaml");
    expect(said("pr-123", true, 300_000_000) + said("pr-123", false, 99_999_999)).to.equal("");
  });

  describe("of the settings", () => {
    const good = new Map([
      ["shared_preload_libraries", "auto_explain, pg_stat_statements"],
      ["log_min_duration_statement", "1000ms"],
      ["log_autovacuum_min_duration", "0"],
      ["autovacuum_vacuum_scale_factor", "0.05"],
      ["autovacuum_analyze_scale_factor", "0.02"],
      ["autovacuum_vacuum_cost_limit", "2000"],
      ["work_mem", "64MB"],
      ["shared_buffers", "256MB"],
      ["maintenance_work_mem", "128MB"],
    ]);

    it("accept those of the bands, and further libraries", () => {
      expect(settingViolations(good)).to.deep.equal([]);
    });

    it("accept other spellings of the same values", () => {
      const others = new Map(good)
        .set("log_min_duration_statement", "1s")
        .set("autovacuum_vacuum_scale_factor", "0.050")
        .set("shared_preload_libraries", "'pg_stat_statements'");
      expect(settingViolations(others)).to.deep.equal([]);
    });

    it("name each that is missing, with the value it must have", () => {
      for (const name of good.keys()) {
        const without = new Map(good);
        without.delete(name);
        expect(settingViolations(without)).to.have.lengthOf(1);
        expect(settingViolations(without)[0]).to.include(`The setting ${name} is missing: set it`);
      }
    });

    it("name each that is different, with both values", () => {
      const changed = new Map(good).set("log_min_duration_statement", "10s");
      expect(settingViolations(changed)).to.deep.equal([
        "The setting log_min_duration_statement is 10s: set it to 1000ms.",
      ]);
    });
  });
});
