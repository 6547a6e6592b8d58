/** The first file that the npm package `pulumi` downloads when it has no CLI. */
const INSTALLER = "https://get.pulumi.com/install.sh";

/** How long a reachable host may need to answer, in milliseconds. */
const PATIENCE_MS = 3_000;

/**
 * Whether Pulumi's download servers can be reached, tested with the requests of the launcher. The web page of a gateway
 * that answers instead does not count.
 */
export async function vendorReachable(
  request: typeof fetch = fetch,
  patience = PATIENCE_MS,
): Promise<boolean> {
  try {
    const response = await request(INSTALLER, { signal: AbortSignal.timeout(patience) });
    return response.ok && (await response.text()).startsWith("#!");
  } catch {
    return false;
  }
}
