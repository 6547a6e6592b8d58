const WIDTH = 59;

/**
 * What `npm run up` says last: that the environment is there, and the commands to go on with, ready to be pasted
 * in the project's folder.
 *
 * @param stack the stack's name, e.g. `dev`
 */
export function closingBox(stack: string): string {
  const edge = "═".repeat(WIDTH);
  return `
╔${edge}╗
║${"  ✓ Provisioning Complete".padEnd(WIDTH)}║
╚${edge}╝

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
