/** What the npm package `pulumi` downloads first when it has no CLI. */
const INSTALLER = "https://get.pulumi.com/install.sh";

/** How long a reachable host may take to answer, milliseconds. */
const PATIENCE_MS = 3_000;

/**
 * Whether the vendor's downloads can be had from here, tried the way the launcher itself does it. A gateway
 * that answers in the vendor's place, with a page of its own, does not count.
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
