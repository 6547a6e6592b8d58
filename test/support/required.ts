/**
 * Whether tests must find what they need. `CHAT_PERF_REQUIRE` lists it on a machine that was prepared for the whole
 * suite, separated by commas; elsewhere such tests are skipped.
 */
export function isRequired(what: "docker" | "hosts"): boolean {
  return process.env.CHAT_PERF_REQUIRE?.split(",").includes(what) ?? false;
}
