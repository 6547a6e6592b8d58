/** A table for people. The console and Markdown have different layouts of it. */
export interface Table {
  title: string;
  columns: string[];
  /** The number of columns, from the left, that are text. The others are figures. */
  texts: number;
  rows: string[][];
}
