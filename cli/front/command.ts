/** One option of a command. */
export interface Option {
  /** The value that it needs, as the usage shows it, e.g. `NAME`. Left out: it is a switch. */
  readonly value?: string;
  /** The arguments after it that are no options, as the usage shows them, e.g. `A B`. */
  readonly operands?: string;
  /** Its short form, one letter. */
  readonly short?: string;
  /** Whether it may be given several times. */
  readonly multiple?: boolean;
  /** What it does, for the usage. */
  readonly description: string;
  /** A line above it in the usage, where a new group of options begins. */
  readonly heading?: string;
}

/** Options by name, in the order of the usage. */
export type Options = Readonly<Record<string, Option>>;

/** What a command line gives for the options: a text, a list of texts, or `true`. */
export type Values<O extends Options> = {
  -readonly [Name in keyof O]?: O[Name] extends { readonly multiple: true }
    ? string[]
    : O[Name] extends { readonly value: string }
      ? string
      : boolean;
};

/** Options of another program that are handed to it as they are. */
export interface PassedOn {
  /** The program's command, e.g. `pulumi up`. */
  readonly to: string;
  /** Options that take a value, by name, each with its short form or an empty text. */
  readonly values: Readonly<Record<string, string>>;
  /** Switches, in the same way. Some take a value after `=`. */
  readonly switches: Readonly<Record<string, string>>;
}

/** What people read and write of a command. */
export interface Syntax<O extends Options = Options> {
  /** As in `npm run NAME`. */
  readonly name: string;
  /** What it does, in one or two sentences. */
  readonly summary: string;
  /** What stands after the name in its examples, e.g. `--stack dev`. */
  readonly examples: readonly string[];
  readonly options: O;
  readonly passedOn?: PassedOn;
  /** Paragraphs below the options. */
  readonly notes?: readonly string[];
  /** The exit codes in one sentence, e.g. `0 it is done; 1 it is not`. */
  readonly exitCodes: string;
}

/** A command of package.json. */
export interface Command<Request> extends Syntax {
  /** Whether it needs the Pulumi toolchain, which is then made ready first. */
  readonly toolchain?: boolean;
  /** The exit code after an error. Default: 1. */
  readonly failure?: number;
  /**
   * Understands the command line.
   *
   * @throws ExpectedError for one that cannot be understood
   */
  readonly parse: (args: string[]) => Request;
  /** Does the work. Returns the exit code; nothing counts as 0. */
  readonly run: (request: Request) => Promise<number | undefined>;
}
