import { becomeMember, mayActAs } from "../../postgres/existing/membership";
import type { Task } from "../task";

/** The administrator may act as a role, which a superuser may anyway. It ends with the role. */
export const membership: Task<{ adminUrl: string; role: string }, object> = {
  async create({ adminUrl, role }) {
    await becomeMember(adminUrl, role);
    return {};
  },
  read: async ({ adminUrl, role }) => ((await mayActAs(adminUrl, role)) ? {} : undefined),
  // Whatever acts as the role fails without, a refresh too. A preview does without a server that does not answer.
  stale: ({ adminUrl, role }) =>
    mayActAs(adminUrl, role).then(
      (may) => !may,
      () => false,
    ),
};
