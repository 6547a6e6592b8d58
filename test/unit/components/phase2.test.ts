import { expect } from "chai";
import { setUp } from "../../support/fixture";
import { recordProgram, type RecordedProgram } from "../../support/recorded-program";

const config = { messages: "20000", users: "500", conversations: "400", seed: "unit" };

describe("phase 2 as a part of the stack", () => {
  let program: RecordedProgram;

  describe("that nobody asked for", () => {
    setUp(async () => {
      program = await recordProgram("dev", config, false);
    });

    it("is not there, nor in the outputs", () => {
      expect(program.ofType(/Phase2$/)).to.deep.equal([]);
      expect(program.outputs.phase2).to.equal(null);
    });
  });

  describe("that is to be applied", () => {
    setUp(async () => {
      program = await recordProgram("dev", { ...config, phase2: "apply" }, false);
    });

    it("measures these rows on this server as their owner, once the quality gate is open", () => {
      const { inputs } = program.named("dev-phase2");
      expect(inputs).to.deep.include({
        stack: "dev",
        mode: "apply",
        gateOpen: true,
        fingerprint: { messages: "a" },
        machine: { kind: "embedded", dataDirectory: "/data" },
      });
      expect(inputs.sources).to.match(/^[\da-f]{16}$/);
    });

    it("exports the verdict and the files", () => {
      expect(program.outputs.phase2).to.have.keys("verdict", "files");
    });
  });
});
