import { expect } from "chai";
import fc from "fast-check";
import { OWN_SERVER_SESSIONS, sessionLimits } from "../../../postgres/session-limits";

describe("the sessions that roles may hold", () => {
  it("on the stack's own server: six loads of eight workers, and a hundred of the application", () => {
    const { application, owner } = sessionLimits(OWN_SERVER_SESSIONS);
    expect(application).to.equal(100);
    expect(owner).to.be.at.least(6 * (8 + 2));
  });

  it("leave room for the administrator, however many the server has", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 5_000 }), (sessions) => {
        const { application, owner } = sessionLimits(sessions);
        expect(Math.min(application, owner)).to.be.at.least(1);
        expect(application + owner).to.be.below(sessions);
      }),
    );
  });
});
