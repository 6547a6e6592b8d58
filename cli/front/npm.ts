import { ExpectedError } from "../../common/errors";
import type { Syntax } from "./command";

/** npm has an option with this name, which a user's `.npmrc` may set. */
const NPMS_OWN = new Set(["only"]);

/**
 * Refuses a command line without the `--` that npm needs. npm treats options before `--` as its own and leaves them
 * only in the environment.
 *
 * @throws ExpectedError with the correct command line
 */
export function assertNothingWentToNpm(
  { name, options, keys = [] }: Syntax,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): void {
  // A command that another script starts has that script's environment.
  if (environment.npm_lifecycle_event !== name) return;
  const taken = [...Object.keys(options), ...keys].flatMap((option) => {
    const given = environment[`npm_config_${option.replaceAll("-", "_").toLowerCase()}`];
    return given === undefined || NPMS_OWN.has(option) ? [] : [{ option, given }];
  });
  if (taken.length === 0) return;
  // npm keeps a value only after `=`. After a space it is an argument.
  const left = [...args];
  const meant = taken.flatMap(({ option, given }) => {
    const value = keys.includes(option) ? "VALUE" : options[option]?.value;
    if (value === undefined) return [`--${option}`];
    return [`--${option}`, given === "true" ? (left.shift() ?? value) : given];
  });
  throw new ExpectedError(
    `npm took --${taken.map(({ option }) => option).join(" and --")} for its own, because a \`--\` is missing: ` +
      `write \`npm run ${name} -- ${[...meant, ...left].join(" ")}\`.`,
  );
}
