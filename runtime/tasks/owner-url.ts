/**
 * Whether a URL logs in as the owner. Version 0.1 stored the administrator's URL with `options` that made the session
 * act as the owner. In such a session, code of the owner could become the administrator. The state keeps this URL until
 * the stack's next update, and nothing connects with it.
 */
export function isOwnersOwn(ownerUrl: string): boolean {
  return !new URL(ownerUrl).searchParams.has("options");
}

/** The administrator's URL that is contained in a URL of version 0.1. */
export function administratorOf(ownerUrl: string): string {
  const url = new URL(ownerUrl);
  url.searchParams.delete("options");
  return url.href;
}
