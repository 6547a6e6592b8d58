import type { Option, Syntax } from "./command";

/** The number of columns in a line of the usage. */
const WIDTH = 80;

const helpOption: Option = { short: "h", description: "show this" };

/** The text that `npm run NAME -- --help` shows. */
export function usage(syntax: Syntax): string {
  const { name, summary, examples, options, passedOn, notes = [], exitCodes } = syntax;
  const rows = [...Object.entries(options), ["help", helpOption] as const].map(([option, description]) => ({
    left: leftOf(option, description),
    ...description,
  }));
  const column = Math.max(...rows.map(({ left }) => left.length)) + 4;
  const paragraphs = [
    ...notes,
    ...(passedOn === undefined
      ? []
      : [
          `The options of \`${passedOn.to}\` are handed to it, for example --diff; \`${passedOn.to} --help\` lists them.`,
        ]),
    `Exit code: ${exitCodes}.`,
  ];
  return [
    wrapped(summary, 0),
    "",
    ...examples.map((example) => `  npm run ${name}${example === "" ? "" : ` -- ${example}`}`),
    "",
    ...rows.flatMap(({ left, heading, description }) => [
      ...(heading === undefined ? [] : [heading]),
      `  ${left}`.padEnd(column) + wrapped(description, column),
    ]),
    ...paragraphs.flatMap((paragraph) => ["", wrapped(paragraph, 0)]),
    "",
  ].join("\n");
}

function leftOf(name: string, { value, operands, short }: Option): string {
  const long = [`--${name}`, value ?? operands].filter((part) => part !== undefined).join(" ");
  return short === undefined ? long : `${long}, -${short}`;
}

/** Breaks the text into lines of at most `WIDTH` columns. All lines but the first are indented. */
function wrapped(text: string, indent: number): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${" ".repeat(indent)}`);
}
