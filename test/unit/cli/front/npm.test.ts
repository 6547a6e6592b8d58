import { expect } from "chai";
import type { Syntax } from "../../../../cli/front/command";
import { assertNothingWentToNpm } from "../../../../cli/front/npm";

const syntax: Syntax = {
  name: "up",
  summary: "",
  examples: [],
  options: {
    stack: { value: "NAME", description: "" },
    "database-url": { value: "URL", description: "" },
    only: { value: "NAMES", description: "" },
    keep: { description: "" },
  },
  exitCodes: "",
};

describe("an option that npm has taken, because -- was forgotten", () => {
  const check = (args: string[], environment: NodeJS.ProcessEnv) => () => {
    assertNothingWentToNpm(syntax, args, { npm_lifecycle_event: "up", ...environment });
  };

  // What npm 11 does with: npm run up --stack pr-1; --stack=pr-1; and so on.
  const cases: [string[], NodeJS.ProcessEnv, string][] = [
    [["pr-1"], { npm_config_stack: "true" }, "--stack pr-1"],
    [[], { npm_config_stack: "pr-1" }, "--stack pr-1"],
    [[], { npm_config_stack: "true" }, "--stack NAME"],
    [[], { npm_config_database_url: "postgresql://h/d" }, "--database-url postgresql://h/d"],
    [["dev"], { npm_config_stack: "true", npm_config_keep: "true" }, "--stack dev --keep"],
    [["dev", "x"], { npm_config_stack: "true" }, "--stack dev x"],
  ];
  for (const [args, environment, meant] of cases) {
    it(`is told with what was meant: ${meant}`, () => {
      expect(check(args, environment)).to.throw(`write \`npm run up -- ${meant}\`.`);
    });
  }

  it("is none when the command is started by another script, or npm has the option itself", () => {
    expect(check([], { npm_config_stack: "x", npm_lifecycle_event: "test" })).not.to.throw();
    expect(check([], { npm_config_only: "prod" })).not.to.throw();
    expect(check(["--stack", "dev"], { npm_config_yes: "" })).not.to.throw();
  });
});
