import type { ColumnInfo } from "../schema/catalogue";
import type { ChosenFiller, TextPart } from "./filler";

/** The placeholders of an expression: `{id}`, `{uuid}`, `{number}`, `{number % 10}`. */
const PLACEHOLDER = /\{(id|uuid|number)(?: ?% ?(\d{1,9}))?\}/;
const TEXTS = ["text", "varchar", "bpchar", "citext"];
const INTEGERS: Record<string, 2 | 4 | 8> = { int2: 2, int4: 4, int8: 8 };

/**
 * The filler of an expression that the user gives: a constant, or a text with placeholders. A type that is not a text
 * takes a constant or one placeholder alone.
 *
 * @returns the filler, or why the expression does not fit the column
 */
export function givenFiller(expression: string, { type, length }: ColumnInfo): ChosenFiller | string {
  const parts = partsOf(expression);
  const [only] = parts;
  if (parts.every((part) => typeof part === "string")) return { kind: "literal", text: expression };
  if (TEXTS.includes(type)) return { kind: "text", parts, longest: length };
  if (parts.length === 1 && typeof only === "object") {
    const bytes = INTEGERS[type];
    if (only.value === "uuid" && type === "uuid") return { kind: "uuid" };
    if (only.value === "number" && bytes !== undefined && (only.below !== null || bytes > 2)) {
      return { kind: "integer", bytes, below: only.below };
    }
    if (only.value === "number" && type === "numeric" && only.below === null) return { kind: "numeric" };
  }
  return `cannot have the value ${expression}`;
}

function partsOf(expression: string): TextPart[] {
  const found = PLACEHOLDER.exec(expression);
  if (found === null) return expression === "" ? [] : [expression];
  const [whole, value, below] = found;
  const before = expression.slice(0, found.index);
  return [
    ...(before === "" ? [] : [before]),
    { value: value as "id" | "uuid" | "number", below: below === undefined ? null : Number(below) },
    ...partsOf(expression.slice(found.index + whole.length)),
  ];
}
