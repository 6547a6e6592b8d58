/**
 * Writes `docs/commands.md` from the descriptions of the commands.
 *
 *     npm run usage
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { command as bench } from "../bench/run";
import { command as down } from "../cli/down";
import type { Syntax } from "../cli/front/command";
import { usage } from "../cli/front/usage";
import { command as generate } from "../cli/generate";
import { command as preview } from "../cli/preview";
import { command as servers } from "../cli/servers";
import { command as profile } from "../cli/profile";
import { command as setup } from "../cli/setup";
import { command as up } from "../cli/up";
import { command as validate } from "../cli/validate";
import { command as verifyIndexes } from "../cli/verify-indexes";

/** The commands in the order in which a newcomer meets them. */
export const commands: readonly Syntax[] = [
  up,
  preview,
  validate,
  verifyIndexes,
  profile,
  generate,
  down,
  servers,
  setup,
  bench,
];

/** The text of the page with all commands: the `--help` of each. */
export function commandsPage(): string {
  const intro =
    "This page has what each command shows with `--help`. It is made from the descriptions of the commands by `npm run usage`.\n\n" +
    "npm needs `--` between the name of a command and its options, as in `npm run up -- --stack perf`.\n";
  const sections = commands.map(
    (command) => `\n## \`npm run ${command.name}\`\n\n\`\`\`text\n${usage(command)}\`\`\`\n`,
  );
  return `# Commands\n\n${intro}${sections.join("")}`;
}

if (require.main === module) writeFileSync(join(__dirname, "commands.md"), commandsPage());
