import type { Band } from "../config";
import type { Target } from "../config/target";
import { formatCount } from "../common/format";

const WIDTH = 59;

/** The first lines of `npm run up`: the environment that it creates. */
export function openingBox({ stack, database, role, target, dataset }: Band): string {
  return `
${box(`Performance Database Provisioning - ${stack.toUpperCase()} Environment`)}

Configuration:
  Database: ${database}
  User: ${role}
  Host: ${placeOf(target)}
  Target Messages: ${formatCount(dataset.messages)}
  Target Users: ${formatCount(dataset.users)}
`;
}

/**
 * The last lines of `npm run up`: commands for the next steps, which can be pasted in the project's folder.
 *
 * @param stack the name of the stack, e.g. `dev`
 * @param databaseUrl the URL of the application's role, whose password is not shown
 */
export function closingBox(stack: string, databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl);
  return `
${box("✓ Provisioning Complete")}

The database ${decodeURIComponent(pathname.slice(1))} is at ${host}.

Quick Start:
  # Load environment variables
  source .secrets/.env.${stack}

  # Connect to database
  .secrets/connect-${stack}.sh

  # Validate the dataset's quality
  npm run validate -- --stack ${stack}

  # Slow queries, table sizes, index usage, autovacuum
  .secrets/connect-${stack}.sh -f .secrets/monitor-${stack}.sql

  # Tear down
  . ./activate && pulumi destroy --stack ${stack}
`;
}

function box(title: string): string {
  const edge = "═".repeat(WIDTH);
  return `╔${edge}╗\n║  ${title.padEnd(WIDTH - 2)}║\n╚${edge}╝`;
}

function placeOf(target: Target): string {
  const port = target.port === undefined ? "" : `:${target.port}`;
  if (target.kind === "existing") return `${target.host}${port}`;
  return `localhost${port} (its own ${target.kind === "docker" ? "container" : "server"})`;
}
