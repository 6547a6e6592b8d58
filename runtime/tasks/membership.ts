import { becomeMember, mayActAs } from "../../postgres/existing/membership";
import type { Task } from "../task";

/** The administrator may act as a role, which a superuser may anyway. It ends with the role. */
export const membership: Task<{ adminUrl: string; role: string }, object> = {
  async create({ adminUrl, role }) {
    await becomeMember(adminUrl, role);
    return {};
  },
  read: async ({ adminUrl, role }) => ((await mayActAs(adminUrl, role)) ? {} : undefined),
};
