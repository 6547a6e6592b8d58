/**
 * `max_connections` of a server that the stack runs: 100 sessions of the application, 72 of the owner, 25 of the
 * administrator and its plugins, and the 3 that PostgreSQL keeps for superusers.
 */
export const MAX_CONNECTIONS = 200;

/** Sessions that PostgreSQL leaves to others than superusers with that `max_connections`. */
export const OWN_SERVER_SESSIONS = MAX_CONNECTIONS - 3;

/** Loads that may run at once, each with eight workers, its own session and one that watches; and 12 for reports. */
const OWNER = 6 * (8 + 2) + 12;
/** A plugin has up to 20 sessions, and tasks run beside it. */
const ADMINISTRATOR = 25;
const APPLICATION = 100;

/** Sessions that each role of a stack may hold at once. */
export interface SessionLimits {
  application: number;
  owner: number;
}

/**
 * The roles' limits, below what the server has: whatever the application holds, the owner and the administrator get
 * in. A smaller server is shared out in the same proportions.
 *
 * @param sessions `max_connections` without what is reserved for other roles
 */
export function sessionLimits(sessions: number): SessionLimits {
  const administrator = Math.min(ADMINISTRATOR, Math.max(1, Math.floor(sessions / 5)));
  const rest = sessions - administrator;
  const owner = Math.min(OWNER, Math.max(1, Math.floor((rest * OWNER) / (OWNER + APPLICATION))));
  return { application: Math.min(APPLICATION, Math.max(1, rest - owner)), owner };
}
