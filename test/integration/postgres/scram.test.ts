import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { quoteIdentifier, quoteLiteral, withAdministrator } from "../../../postgres/connection";
import { scramVerifier } from "../../../postgres/scram";
import { setUp } from "../../support/fixture";
import { startTestServer, type TestDatabase } from "../../support/server";

/** Passwords that SASLprep changes or forbids, each for another reason. */
const peculiar: Record<string, string> = {
  "a Roman numeral": "Ⅸ",
  "a ligature": "ﬁsh",
  "a decomposed letter": "e\u0301t\u00e9",
  "a full-width letter": "Ａｂｃ",
  "a superscript": "x²",
  "a no-break space": "a\u00a0b",
  "an ideographic space": "a\u3000b",
  "a soft hyphen": "I\u00adX",
  "nothing but a soft hyphen": "\u00ad",
  "a zero-width joiner": "a\u200db",
  "a variation selector": "a\ufe0fb",
  "a control character": "a\u0007b",
  "a control character beside a letter that is not ASCII": "ä\u0007b",
  "a control character beyond ASCII": "a\u0085b",
  "a private character": "a\ue000b",
  "a replacement character": "a\ufffdb",
  "a right-to-left word": "\u0627\u0628",
  "a right-to-left word that ends in a digit": "\u06271",
  "both directions": "a\u0627b",
  "a character that Unicode 3.2 does not have": "a\u{1f600}b",
  "a language tag": "a\u{e0001}b",
  "a direction mark": "a\u200eb",
};

describe("a SCRAM verifier", () => {
  let database: TestDatabase;
  setUp(async (undo) => {
    database = await (await startTestServer()).createDatabase({ migrated: false });
    undo(() => database.drop());
  });

  /** The passwords whose verifier differs from the one that PostgreSQL computes with the same salt. */
  const different = (passwords: Record<string, string>): Promise<string[]> =>
    withAdministrator(database.adminUrl, async (client) => {
      const found: string[] = [];
      for (const [what, password] of Object.entries(passwords)) {
        await client.query(
          `ALTER ROLE ${quoteIdentifier(database.appRole)} PASSWORD ${quoteLiteral(password)}`,
        );
        const { rows } = await client.query<{ verifier: string }>(
          "SELECT rolpassword AS verifier FROM pg_authid WHERE rolname = $1",
          [database.appRole],
        );
        const salt = /:([^$]+)\$/.exec(rows[0]!.verifier)![1]!;
        const ours = await scramVerifier(password, Buffer.from(salt, "base64"));
        if (ours !== rows[0]!.verifier) found.push(what);
      }
      return found;
    });

  it("is PostgreSQL's own for random passwords", async () => {
    const passwords = Array.from({ length: 1_000 }, () => randomBytes(24).toString("base64"));
    expect(await different(Object.fromEntries(passwords.map((each) => [each, each])))).to.deep.equal([]);
  });

  it(`is PostgreSQL's own for ${Object.keys(peculiar).length} passwords that SASLprep changes or forbids`, async () => {
    expect(await different(peculiar)).to.deep.equal([]);
  });
});
