/**
 * `max_connections` of a server that the stack creates: 100 sessions for the application, 72 for the owner, 25 for the
 * administrator and the plugins, and the 3 that PostgreSQL reserves for superusers.
 */
export const MAX_CONNECTIONS = 200;

/** The number of sessions that PostgreSQL then has for roles that are not superusers. */
export const OWN_SERVER_SESSIONS = MAX_CONNECTIONS - 3;

/**
 * Six loads may run at the same time, each with eight workers, its own session and one that watches progress. Reports
 * need 12 more.
 */
const OWNER = 6 * (8 + 2) + 12;
/** A plugin opens up to 20 sessions, and tasks run at the same time. */
const ADMINISTRATOR = 25;
const APPLICATION = 100;

/** The number of sessions that each role of a stack may have at the same time. */
export interface SessionLimits {
  application: number;
  owner: number;
}

/**
 * Divides the sessions of a server among the roles of a stack. However many sessions the application has, the owner and
 * the administrator can log in. A server with fewer sessions is divided in the same proportions.
 *
 * @param sessions `max_connections` without the connections that are reserved for other roles
 */
export function sessionLimits(sessions: number): SessionLimits {
  const administrator = Math.min(ADMINISTRATOR, Math.max(1, Math.floor(sessions / 5)));
  const rest = sessions - administrator;
  const owner = Math.min(OWNER, Math.max(1, Math.floor((rest * OWNER) / (OWNER + APPLICATION))));
  return { application: Math.min(APPLICATION, Math.max(1, rest - owner)), owner };
}
