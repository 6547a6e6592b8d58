import { ConnectionError, isTransient } from "../../postgres/connection-errors";
import { leastPrivilegeLogin, refusesPassword } from "../../postgres/login";
import type { Task } from "../task";

export interface LoginInputs {
  url: string;
  /**
   * The object that the login proves: the database with its owner's login, or the user with its own. States of version
   * 0.1 do not have it.
   */
  proves: "database" | "user";
}

/** The opening line of each step. */
const TITLES = {
  database: "[4/8] Creating performance database...",
  user: "[5/8] Creating dedicated user with least privilege...",
};

/** The closing line of a step, with the name that the URL has. */
function closingLine(proves: LoginInputs["proves"], url: string): string {
  const { pathname, username } = new URL(url);
  return proves === "database"
    ? `✓ Database '${decodeURIComponent(pathname.slice(1))}' created`
    : `✓ User '${decodeURIComponent(username)}' created with least privilege`;
}

/** [4/8] and [5/8] Proves a database and a role by a login, and checks that the role has no special attributes. */
export const login: Task<LoginInputs, { works: boolean }> = {
  async create({ url, proves }, log) {
    log(TITLES[proves]);
    await leastPrivilegeLogin(url);
    log(closingLine(proves, url));
    return { works: true };
  },
  // No catalog shows a changed password. Only a login does.
  read: ({ url }) =>
    leastPrivilegeLogin(url).then(
      () => ({ works: true }),
      (error: unknown) => {
        // A server that does not answer has refused nothing.
        if (error instanceof ConnectionError && isTransient(error.cause)) throw error;
        return { works: false };
      },
    ),
  // Server and state may be of different times, as after one of them came back from a backup.
  stale: async ({ works, url }) => !works || (await refusesPassword(url)),
};
