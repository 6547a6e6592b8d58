/**
 * The error for a protected stack whose data are lost, because they are not created again before somebody agrees.
 *
 * @param what what may be restored: the data folder, or the volume of the container
 */
export function protectedLoss(stack: string, what: "folder" | "volume"): { problem: string; remedy: string } {
  return {
    problem: `Stack "${stack}" is protected (chat-perf:protect is true).`,
    remedy:
      `Restore the ${what}, or create everything again with ` +
      `\`pulumi config set protect false -s ${stack} && npm run up -- --stack ${stack}\`.`,
  };
}
