import { wrap } from "../../common/wrap";
import type { Option, Syntax } from "./command";

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
    wrap(summary, 0),
    "",
    ...examples.map((example) => `  npm run ${name}${example === "" ? "" : ` -- ${example}`}`),
    "",
    ...rows.flatMap(({ left, heading, description }) => [
      ...(heading === undefined ? [] : [heading]),
      `  ${left}`.padEnd(column) + wrap(description, column),
    ]),
    ...paragraphs.flatMap((paragraph) => ["", wrap(paragraph, 0)]),
    "",
  ].join("\n");
}

function leftOf(name: string, { value, operands, short }: Option): string {
  const long = [`--${name}`, value ?? operands].filter((part) => part !== undefined).join(" ");
  return short === undefined ? long : `${long}, -${short}`;
}
