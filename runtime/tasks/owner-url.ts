/**
 * Whether a URL logs in as the owner itself. Version 0.1 kept the administrator's URL in the state, with `options` by
 * which its sessions acted as the owner; in these, the owner's code could become the administrator. Such a state has
 * it until the stack's next update, and nobody connects with it.
 */
export function isOwnersOwn(ownerUrl: string): boolean {
  return !new URL(ownerUrl).searchParams.has("options");
}

/** The administrator's own URL behind one of version 0.1. */
export function administratorOf(ownerUrl: string): string {
  const url = new URL(ownerUrl);
  url.searchParams.delete("options");
  return url.href;
}
