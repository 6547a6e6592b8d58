import type { Conversion } from "./conversion";

/**
 * How an additional column gets its values. Every value depends only on the row's id, and so on the seed.
 *
 * - `constant`: the same bytes in each row, in PostgreSQL's binary form and base64
 * - `copy`: the value of another column of the row, by its position
 * - `uuid`: a UUID of version 4 as the type `uuid`, and `uuid text` as text
 * - `text`: literal parts, the row's id, its UUID, or its number modulo `below`; cut to `longest` characters
 * - `integer`: the row's number modulo `below`, in 2, 4 or 8 bytes
 * - `numeric`: the row's number
 * - `json`: the row's UUID as a JSON string, of the type `jsonb`
 */
export type Filler =
  | { kind: "constant"; bytes: string }
  | { kind: "copy"; column: number }
  | { kind: "uuid" | "uuid text" | "numeric" | "json" }
  | { kind: "text"; parts: TextPart[]; longest: number | null }
  | { kind: "integer"; bytes: 2 | 4 | 8; below: number | null };

/** A filler, or a literal whose binary form only the server knows. */
export type ChosenFiller = Filler | { kind: "literal"; text: string };

/** A part of a text. */
export type TextPart = string | { value: "id" | "uuid" | "number"; below: number | null };

/** How the rows of one table are changed to fit the columns that it has. */
export interface TableLayout {
  /** The columns of COPY: those of the generator, then the additional ones. */
  columns: string[];
  /** How to convert each column of the generator; null where its values fit as they are. */
  conversions: (Conversion | null)[];
  /** How to fill each additional column. */
  fillers: Filler[];
}

/** The tables whose rows are changed. It is empty for the chat schema of this project. */
export type Layout = Partial<Record<string, TableLayout>>;
