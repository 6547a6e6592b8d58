import { expect } from "chai";
import { chooseFillers } from "../../../generator/layout/choose-fillers";
import { parseGivenColumns } from "../../../generator/layout/given-columns";
import type { ColumnInfo, TableInfo } from "../../../generator/schema/catalogue";
import type { TableName } from "../../../generator/tables";
import { columnInfo, tableInfo } from "../../support/catalogue";

const additional = columnInfo("extra", { notNull: true });

interface Case {
  column?: Partial<ColumnInfo>;
  table?: Partial<TableInfo>;
  name?: TableName;
  given?: string;
}

/** What is chosen for one additional column: its filler, the problem, or undefined when it is left alone. */
function chosen({ column = {}, table = {}, name = "messages", given }: Case): unknown {
  const { filled, mismatches } = chooseFillers(
    name,
    tableInfo([{ ...additional, ...column }], table),
    given === undefined ? {} : { extra: given },
  );
  return filled[0]?.filler ?? mismatches[0]?.problem;
}

const unique: Partial<TableInfo> = { uniques: [{ name: "k", columns: ["extra"], partial: false }] };
const refersTo = (target: string): Partial<TableInfo> => ({
  foreignKeys: [{ name: "k", columns: ["extra"], target, targetColumns: ["id"] }],
});
const literal = (text: string): object => ({ kind: "literal", text });

describe("an additional column", () => {
  const leftAlone: Record<string, Case> = {
    "may be NULL": { column: { notNull: false } },
    "has a default": { column: { hasDefault: true } },
    "is an identity column": { column: { identity: true } },
    "is a generated column": { column: { generated: true } },
    "is unique by its default": { column: { hasDefault: true, computedDefault: true }, table: unique },
    "may be NULL in a unique key": { column: { notNull: false }, table: unique },
  };
  for (const [what, each] of Object.entries(leftAlone)) {
    it(`is left alone when it ${what}`, () => {
      expect(chosen(each)).to.equal(undefined);
    });
  }

  const filled: Record<string, [Case, object]> = {
    "text with a UUID": [{}, { kind: "uuid text" }],
    "short text with a number": [
      { column: { type: "varchar", length: 10 } },
      { kind: "text", parts: [{ value: "number", below: null }], longest: 10 },
    ],
    "uuid with a UUID": [{ column: { type: "uuid" } }, { kind: "uuid" }],
    "time with that of its row": [{ column: { type: "timestamptz" } }, { kind: "copy", column: 11 }],
    "enum with its first label": [{ column: { type: "e", labels: ["a", "b"] } }, literal("a")],
    "boolean with false": [{ column: { type: "bool" } }, literal("false")],
    "bigint with zero": [{ column: { type: "int8" } }, literal("0")],
    "array with none": [{ column: { type: "_int4", array: true } }, literal("{}")],
    "unique bigint": [
      { column: { type: "int8" }, table: unique },
      { kind: "integer", bytes: 8, below: null },
    ],
    "unique numeric": [{ column: { type: "numeric" }, table: unique }, { kind: "numeric" }],
    "unique jsonb": [{ column: { type: "jsonb" }, table: unique }, { kind: "json" }],
    "unique column with a constant default": [
      { column: { type: "int4", hasDefault: true }, table: unique },
      { kind: "integer", bytes: 4, below: null },
    ],
    "column that refers to users with the sender": [
      { table: refersTo("users") },
      { kind: "copy", column: 13 },
    ],
    "given constant": [{ given: "acme", column: { hasDefault: true } }, literal("acme")],
    "given text": [
      { given: "t-{number % 10}" },
      { kind: "text", parts: ["t-", { value: "number", below: 10 }], longest: null },
    ],
    "given number": [
      { given: "{number%7}", column: { type: "int2" } },
      { kind: "integer", bytes: 2, below: 7 },
    ],
  };
  for (const [what, [each, filler]] of Object.entries(filled)) {
    it(`is filled: ${what}`, () => {
      expect(chosen(each)).to.deep.equal(filler);
    });
  }

  const refused: Record<string, [Case, string]> = {
    "has a type without a known value": [
      { column: { type: "point" } },
      "the load knows no value of this type",
    ],
    "is unique, and its type has two values": [{ column: { type: "bool" }, table: unique }, "is UNIQUE"],
    "is unique and too short": [{ column: { type: "varchar", length: 3 }, table: unique }, "too short"],
    "refers to a table that is not filled": [{ table: refersTo("tenants") }, "refers to tenants"],
    "is given a text for a time": [
      { column: { type: "date" }, given: "{uuid}" },
      "cannot have the value {uuid}",
    ],
    "is unique with 32 bits for attachments": [
      { column: { type: "int4" }, table: unique, name: "attachments" },
      "is UNIQUE",
    ],
  };
  for (const [what, [each, problem]] of Object.entries(refused)) {
    it(`is refused when it ${what}`, () => {
      expect(chosen(each)).to.be.a("string").that.includes(problem);
    });
  }
});

describe("values of additional columns", () => {
  it("are entries on lines or between semicolons", () => {
    expect(parseGivenColumns(` messages.a = x = 1;\nusers."b" =y;; messages.c=`)).to.deep.equal({
      given: { messages: { a: "x = 1", c: "" }, users: { b: "y" } },
    });
  });

  for (const wrong of ["messages", "messages.a", "rooms.a = 1", "a = 1"]) {
    it(`are not "${wrong}"`, () => {
      expect(parseGivenColumns(`users.x = 1; ${wrong}`)).to.deep.equal({ wrong });
    });
  }
});
