import { expect } from "chai";
import { readViolations } from "../../../preview/violations";

const event = (level: string, message: string): string =>
  JSON.stringify({
    sequence: 1,
    policyEvent: {
      resourceUrn:
        "urn:pulumi:dev::chat-perf::a:b:C$random:index/randomPassword:RandomPassword::dev-password",
      message,
      policyName: "passwords-are-long",
      enforcementLevel: level,
    },
  });

describe("the violations in the engine's log", () => {
  it("are those of mandatory policies, each once, without the policy's description", () => {
    const log = [
      '{"sequence":0,"policyLoadEvent":{}}',
      event(
        "mandatory",
        "Nobody guesses a password.\nThe password has 12 characters: set length to 32 or more.\n",
      ),
      event(
        "mandatory",
        "Nobody guesses a password.\nThe password has 12 characters: set length to 32 or more.\n",
      ),
      event("advisory", "Nobody guesses a password.\nIt cannot be known.\n"),
      "",
    ].join("\n");
    expect(readViolations(log)).to.deep.equal([
      {
        policy: "passwords-are-long",
        resource: "dev-password",
        message: "The password has 12 characters: set length to 32 or more.",
      },
    ]);
  });

  it("are none in a log without policies", () => {
    expect(readViolations('{"sequence":0,"preludeEvent":{}}\n')).to.deep.equal([]);
  });
});
