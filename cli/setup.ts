import type { Command, Syntax } from "./front/command";
import { parseLine } from "./front/parse";
import { runIfMain } from "./front/run";

const syntax = {
  name: "setup",
  summary:
    "Installs the dependencies and makes the Pulumi toolchain ready. It does nothing when all is there. " +
    "The other commands do it first where they need it.",
  examples: [""],
  options: {},
  exitCodes: "0 all is ready; 1 it is not",
} as const satisfies Syntax;

export const command: Command<undefined> = {
  ...syntax,
  toolchain: true,
  parse(args) {
    parseLine(syntax, args);
    return undefined;
  },
  run: () => Promise.resolve(undefined),
};

runIfMain(module, command);
