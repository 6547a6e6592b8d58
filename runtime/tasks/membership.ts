import { becomeMember, mayActAs } from "../../postgres/existing/membership";
import type { Task } from "../task";

/** Lets the administrator act as a role. A superuser needs no membership. The membership is removed with the role. */
export const membership: Task<{ adminUrl: string; role: string }, object> = {
  async create({ adminUrl, role }) {
    await becomeMember(adminUrl, role);
    return {};
  },
  read: async ({ adminUrl, role }) => ((await mayActAs(adminUrl, role)) ? {} : undefined),
  // Without the membership, everything that acts as the role fails, also a refresh. A preview ignores a server that
  // does not answer.
  stale: ({ adminUrl, role }) =>
    mayActAs(adminUrl, role).then(
      (may) => !may,
      () => false,
    ),
};
