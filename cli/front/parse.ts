import { parseArgs, type ParseArgsConfig } from "node:util";
import { ExpectedError } from "../../common/errors";
import { closest } from "../../common/spelling";
import type { Options, PassedOn, Syntax, Values } from "./command";

/** A parsed command line. */
export interface ParsedLine<O extends Options> {
  values: Values<O>;
  /** The values of the configuration keys, by key. */
  keys: Record<string, string>;
  /** The arguments that are not options, in their order. */
  operands: string[];
  /** The arguments for another program, in their order: its options, and everything after `--`. */
  passedOn: string[];
}

/** An option on a command line, as Node.js describes it. */
interface OptionToken {
  index: number;
  name: string;
  /** The name as it was written, e.g. `-s`. */
  rawName: string;
  value: string | undefined;
  /** Whether the value is in the same argument, as in `--stack=dev`. */
  inlineValue: boolean | undefined;
}

/**
 * Parses a command line.
 *
 * @throws ExpectedError, in one sentence, for an unknown option, a missing or superfluous value, or an unexpected
 *   argument
 */
export function parseLine<O extends Options>(syntax: Syntax<O>, args: string[]): ParsedLine<O> {
  const { tokens } = parseArgs({
    args,
    options: grammar(syntax),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const values: Record<string, unknown> = {};
  const keys: Record<string, string> = {};
  const operands: string[] = [];
  const others = new Set<number>();
  for (const token of tokens) {
    if (token.kind === "option-terminator") {
      if (syntax.passedOn === undefined) continue;
      for (let index = token.index; index < args.length; index++) others.add(index);
    } else if (token.kind === "positional") {
      if (!others.has(token.index)) operands.push(token.value);
    } else if (Object.hasOwn(syntax.options, token.name)) {
      take(syntax, token, values);
    } else if (isKey(syntax, token)) {
      if (token.value === undefined || startsLikeOption(token))
        throw withoutValue(syntax.name, token.name, "value");
      keys[token.name] = token.value;
    } else {
      requirePassedOn(syntax, token);
      others.add(token.index);
      if (token.value !== undefined && !token.inlineValue) others.add(token.index + 1);
    }
  }
  const takesOperands = Object.entries(syntax.options).some(
    ([name, { operands: shown }]) => shown !== undefined && values[name] === true,
  );
  if (!takesOperands && operands.length > 0) throw new ExpectedError(unexpected(syntax, operands[0]!));
  return {
    values: values as Values<O>,
    keys,
    operands,
    passedOn: args.filter((_, index) => others.has(index)),
  };
}

/** The options in the format of Node.js. */
function grammar({ options, passedOn, keys = [] }: Syntax): NonNullable<ParseArgsConfig["options"]> {
  const own = Object.entries(options).map(([name, { value, short }]) => [
    name,
    kind(value !== undefined, short),
  ]);
  const of = (names: PassedOn["values"] = {}, takesValue: boolean) =>
    Object.entries(names).map(([name, short]) => [name, kind(takesValue, short)]);
  return Object.fromEntries([
    ...keys.map((name) => [name, kind(true)]),
    ...of(passedOn?.values, true),
    ...of(passedOn?.switches, false),
    ...own,
  ]) as NonNullable<ParseArgsConfig["options"]>;
}

function kind(takesValue: boolean, short = "") {
  return { type: takesValue ? "string" : "boolean", ...(short !== "" && { short }) } as const;
}

/** Records the value of one of the command's options. */
function take({ name, options }: Syntax, token: OptionToken, values: Record<string, unknown>): void {
  const { value: needed, multiple } = options[token.name]!;
  if (needed === undefined) {
    if (token.value !== undefined) {
      throw new ExpectedError(
        `--${token.name} takes no value, but is given "${token.value}": leave the value out.`,
      );
    }
    values[token.name] = true;
    return;
  }
  if (token.value === undefined || startsLikeOption(token)) throw withoutValue(name, token.name, needed);
  if (multiple === true) values[token.name] = [...((values[token.name] ?? []) as string[]), token.value];
  else values[token.name] = token.value;
}

/**
 * Whether an option sets a configuration key. `pulumi up` has an option --target too, whose value is the URN or the name
 * of a resource.
 */
function isKey({ keys = [], passedOn }: Syntax, { name, value = "" }: OptionToken): boolean {
  if (!keys.includes(name)) return false;
  return !Object.hasOwn(passedOn?.values ?? {}, name) || /^(?:embedded|docker|existing)$/.test(value);
}

/** Whether the argument after an option looks like another option. A negative number is a value. */
function startsLikeOption({ value = "", inlineValue }: OptionToken): boolean {
  return inlineValue === false && /^-[^\d]/.test(value);
}

function withoutValue(command: string, option: string, needed: string): ExpectedError {
  return new ExpectedError(
    `--${option} is given without a ${needed}: ${help(command)} shows how it is written.`,
  );
}

/** An option that is neither the command's nor the other program's is a mistake. */
function requirePassedOn({ name, options, passedOn, keys = [] }: Syntax, token: OptionToken): void {
  const isValue = Object.hasOwn(passedOn?.values ?? {}, token.name);
  if (isValue && token.value === undefined) throw withoutValue(name, token.name, "value");
  if (isValue || Object.hasOwn(passedOn?.switches ?? {}, token.name)) return;
  const known = [
    ...Object.keys(options),
    "help",
    ...keys,
    ...Object.keys(passedOn?.values ?? {}),
    ...Object.keys(passedOn?.switches ?? {}),
  ];
  const near = token.rawName.startsWith("--") ? closest(token.name, known) : undefined;
  const hint = near === undefined ? `${help(name)} lists the options` : `did you mean --${near}?`;
  throw new ExpectedError(`There is no option ${token.rawName}: ${hint}${near === undefined ? "." : ""}`);
}

function unexpected({ name, options }: Syntax, argument: string): string {
  const start = `Unexpected argument "${argument}": `;
  if (!Object.hasOwn(options, "stack")) return `${start}${help(name)} shows what there is.`;
  return `${start}if it is a stack, write \`npm run ${name} -- --stack ${argument}\`.`;
}

function help(command: string): string {
  return `\`npm run ${command} -- --help\``;
}
