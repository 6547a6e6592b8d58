/** One option of a command. */
export interface Option {
  /** The name of its value in the usage, e.g. `NAME`. Undefined for a switch. */
  readonly value?: string;
  /** The names of the arguments after it in the usage, e.g. `A B`. */
  readonly operands?: string;
  /** Its short form, which is one letter. */
  readonly short?: string;
  /** Whether it may be given several times. */
  readonly multiple?: boolean;
  /** The description in the usage. */
  readonly description: string;
  /** The heading above it in the usage, if it is the first option of a group. */
  readonly heading?: string;
}

/** Options by name, in the order of the usage. */
export type Options = Readonly<Record<string, Option>>;

/** The values of the options on a command line: a text, a list of texts, or `true`. */
export type Values<O extends Options> = {
  -readonly [Name in keyof O]?: O[Name] extends { readonly multiple: true }
    ? string[]
    : O[Name] extends { readonly value: string }
      ? string
      : boolean;
};

/** The options of another program that are passed on unchanged. */
export interface PassedOn {
  /** The program's command, e.g. `pulumi up`. */
  readonly to: string;
  /** The options with a value, by name, with their short form or an empty text. */
  readonly values: Readonly<Record<string, string>>;
  /** The switches, in the same format. Some accept a value after `=`. */
  readonly switches: Readonly<Record<string, string>>;
}

/** The command line of a command, and its usage. */
export interface Syntax<O extends Options = Options> {
  /** The name, as in `npm run NAME`. */
  readonly name: string;
  /** The description, in one or two sentences. */
  readonly summary: string;
  /** The arguments of each example, e.g. `--stack dev`. */
  readonly examples: readonly string[];
  readonly options: O;
  readonly passedOn?: PassedOn;
  /** The configuration keys that are options with a value, which the usage does not list. */
  readonly keys?: readonly string[];
  /** The paragraphs below the options. */
  readonly notes?: readonly string[];
  /** The exit codes in one sentence, e.g. `0 it is done; 1 it is not`. */
  readonly exitCodes: string;
}

/** A command of package.json. */
export interface Command<Request> extends Syntax {
  /** Whether it needs the Pulumi toolchain, which is then prepared first. */
  readonly toolchain?: boolean;
  /**
   * The exit code after an error.
   *
   * @default 1
   */
  readonly failure?: number;
  /**
   * Parses the command line.
   *
   * @throws ExpectedError when it is wrong
   */
  readonly parse: (args: string[]) => Request;
  /** Runs the command. Returns the exit code; undefined means 0. */
  readonly run: (request: Request) => Promise<number | undefined>;
}
