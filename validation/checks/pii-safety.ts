import { messageProfile } from "../passes/message-profile";
import { realAddress } from "../passes/real-address";
import type { Check } from "../check";
import type { QualityReport } from "../report";

type Section = Omit<QualityReport["integrity_checks"]["pii_safety"], "verdict">;

/** Counts users whose email is not synthetic, or contains a real address after a synthetic one. */
const realUserEmailsSql = `
SELECT count(*) FROM users WHERE email !~* '^(syn_|synthetic_)' OR email ~ '${realAddress}'`;

/**
 * Checks that there is no email address of a real person. The addresses of users and those in message texts must begin with
 * `syn_` or `synthetic_`, in any case. Only the rows with a real address are counted; the addresses are never read.
 */
export const piiSafety: Check<Section> = {
  key: "pii_safety",
  name: "PII safety",
  critical: true,
  async run(snapshot) {
    const users = await snapshot.row<{ count: number }>(realUserEmailsSql);
    const real = users.count + (await messageProfile(snapshot)).withRealEmail;
    return {
      section: { synthetic_emails_only: real === 0, real_email_count: real },
      passed: real === 0,
      value: real,
      measured: `${real} real emails`,
      threshold: "0 real emails",
    };
  },
};
