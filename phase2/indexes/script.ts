/** A statement of a script for psql. */
export interface ScriptStatement {
  /** Without comments, on one line, without the semicolon. */
  text: string;
  /** Where it begins, counted from 1. */
  line: number;
}

/** What a script consists of: comments, texts in quotes, psql's own commands, ends of statements, and all else. */
const token =
  /--[^\n]*|\/\*|\\[^\n]*|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(?<tag>[A-Za-z_]*)\$[^]*?\$\k<tag>\$|;|[^\s;'"$\\/-]+|\s+|[^]/g;

/**
 * The statements of a script as psql finds them, wherever they begin in a line and in whatever case. Its own commands,
 * such as `\set` and `\gexec`, are left out, and end a statement that has no semicolon.
 */
export function statementsOf(script: string): ScriptStatement[] {
  const statements: ScriptStatement[] = [];
  let parts: string[] = [];
  let line = 0;
  const end = (): void => {
    const text = parts.join("").trim();
    if (text !== "") statements.push({ text, line });
    parts = [];
  };
  token.lastIndex = 0;
  for (let found = token.exec(script); found !== null; found = token.exec(script)) {
    const [text] = found;
    if (text === ";" || text.startsWith("\\")) end();
    else if (text === "/*") {
      token.lastIndex = commentEnd(script, token.lastIndex);
      parts.push(" ");
    } else if (text.startsWith("--") || text.trim() === "") {
      if (parts.length > 0 && parts.at(-1) !== " ") parts.push(" ");
    } else {
      if (parts.join("").trim() === "") line = script.slice(0, found.index).split("\n").length;
      parts.push(text);
    }
  }
  end();
  return statements;
}

/** Comments of this kind may lie in each other. */
function commentEnd(script: string, from: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = from;
  let depth = 1;
  while (depth > 0) {
    const found = edge.exec(script);
    if (found === null) return script.length;
    depth += found[0] === "/*" ? 1 : -1;
  }
  return edge.lastIndex;
}
