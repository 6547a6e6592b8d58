import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { stackEnvironment } from "../../../cli/stack-environment";
import { ExpectedError } from "../../../common/errors";
import { setUpEach } from "../../support/fixture";

describe("stackEnvironment", () => {
  let root: string;

  setUpEach((undo) => {
    root = mkdtempSync(join(tmpdir(), "stack-environment-"));
    undo(() => {
      rmSync(root, { recursive: true });
    });
    mkdirSync(join(root, ".secrets"));
  });

  it("reads the exported variables, as a shell would", () => {
    writeFileSync(
      join(root, ".secrets/.env.dev"),
      [
        "# Access to the database of stack dev.",
        "export DATABASE_URL='postgresql://perf_dev_user:a%27b@127.0.0.1:5433/chat_perf_dev'",
        String.raw`export PGPASSWORD='it'\''s $HOME "quoted" \n'`,
        "export EMPTY=''",
      ].join("\n"),
    );
    expect(stackEnvironment(root, "dev")).to.deep.equal({
      DATABASE_URL: "postgresql://perf_dev_user:a%27b@127.0.0.1:5433/chat_perf_dev",
      PGPASSWORD: String.raw`it's $HOME "quoted" \n`,
      EMPTY: "",
    });
  });

  it("says how to create a stack that does not exist", () => {
    expect(() => stackEnvironment(root, "perf")).to.throw(
      ExpectedError,
      /Stack "perf" has no \.secrets\/\.env\.perf[\s\S]*npm run up -- --stack perf/,
    );
  });

  it("names the stack that a misspelt name is near to", () => {
    writeFileSync(join(root, ".secrets/.env.staging"), "");
    expect(() => stackEnvironment(root, "stagign")).to.throw("Did you mean --stack staging?");
  });

  it("refuses a name that would lead out of the folder", () => {
    expect(() => stackEnvironment(root, "../../etc/x")).to.throw(
      ExpectedError,
      /cannot be the name of a stack/,
    );
  });
});
