import { expect } from "chai";
import type { Rule, Subject } from "../../../policy/rule";
import { containerRules } from "../../../policy/rules/containers";
import { grantRules } from "../../../policy/rules/grants";
import { nameRules } from "../../../policy/rules/names";
import { networkRules } from "../../../policy/rules/network";
import { passwordRules } from "../../../policy/rules/passwords";
import { roleRules } from "../../../policy/rules/roles";
import { cases } from "./cases";

const rules: Rule[] = [
  ...roleRules,
  ...grantRules,
  ...passwordRules,
  ...networkRules,
  ...containerRules,
  ...nameRules,
];

const said = (name: string, props: Subject["props"]): string =>
  rules
    .find((rule) => rule.name === name)!
    .violations({ props })
    .join(" ");

describe("the policies", () => {
  for (const [rule, wrong, message, right] of cases) {
    it(`${rule} sees ${JSON.stringify(wrong)}`, () => {
      expect(said(rule, wrong)).to.include(message);
      expect(said(rule, right)).to.equal("");
    });
  }

  it("only warns of a server that is not verified, and stops all else", () => {
    const warnings = rules.filter(({ enforcementLevel }) => enforcementLevel === "advisory");
    expect(warnings.map(({ name }) => name)).to.deep.equal(["other-hosts-are-verified"]);
  });

  it("leave out what a preview does not know yet", () => {
    const unknown = (name: string, on: object = {}) =>
      Object.defineProperty(on, name, {
        enumerable: true,
        get: () => {
          throw new Error("can't be known during preview");
        },
      });
    expect(
      said("containers-are-confined", { networksAdvanced: [unknown("name"), { name: "host" }] }),
    ).to.include("in networksAdvanced");
    expect(said("roles-are-in-no-powerful-role", { roles: unknown("1", ["pg_monitor"]) })).to.include(
      "member of pg_monitor",
    );
  });
});
