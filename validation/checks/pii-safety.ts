import { messageCounts, realAddress } from "../message-counts";
import type { Check } from "../check";
import type { QualityReport } from "../report";

type Section = Omit<QualityReport["integrity_checks"]["pii_safety"], "verdict">;

/** Every user's address must be synthetic, whether or not it looks like an address, and no real one may follow it. */
const realUserEmailsSql = `
SELECT count(*) FROM users WHERE email !~* '^(syn_|synthetic_)' OR email ~ '${realAddress}'`;

/**
 * No address of a real person: users' addresses begin with `syn_` or `synthetic_`, in any case, and so do all
 * addresses in message texts. Users and messages with a real address are counted; the addresses themselves are never read.
 */
export const piiSafety: Check<Section> = {
  key: "pii_safety",
  name: "PII safety",
  critical: true,
  async run(snapshot) {
    const users = await snapshot.row<{ count: number }>(realUserEmailsSql);
    const real = users.count + (await messageCounts(snapshot)).withRealEmail;
    return {
      section: { synthetic_emails_only: real === 0, real_email_count: real },
      passed: real === 0,
      value: real,
      measured: `${real} real emails`,
      threshold: "0 real emails",
    };
  },
};
