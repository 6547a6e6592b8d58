let watching = false;

/**
 * Ends this process when the engine that started it ends for any reason. The engine holds the other end of standard input,
 * which is closed then. Further calls do nothing.
 */
export function endWithEngine(): void {
  if (watching) return;
  watching = true;
  process.stdin.resume().on("end", () => process.exit(1));
}

// Pulumi's provider of dynamic resources does not do this itself. An engine can be killed before it has called any
// resource, so this is done before the provider is loaded.
if (/[\\/]cmd[\\/]dynamic-provider\b/.test(process.argv[1] ?? "")) endWithEngine();
