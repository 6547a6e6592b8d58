import { leastPrivilegeLogin } from "../../postgres/login";
import type { Task } from "../task";

export interface LoginInputs {
  url: string;
  /** The step's opening line. */
  title: string;
  /** The step's closing line. */
  done: string;
}

/** [4/8] and [5/8]: a database and a role are there when one can log in, and the role is as weak as it should be. */
export const login: Task<LoginInputs, { works: boolean }> = {
  async create({ url, title, done }, log) {
    log(title);
    await leastPrivilegeLogin(url);
    log(done);
    return { works: true };
  },
  // A password changed by hand is seen in no catalogue, only by trying.
  read: ({ url }) =>
    leastPrivilegeLogin(url).then(
      () => ({ works: true }),
      () => ({ works: false }),
    ),
  stale: ({ works }) => Promise.resolve(!works),
};
