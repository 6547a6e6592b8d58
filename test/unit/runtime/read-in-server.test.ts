import { expect } from "chai";
import { DatabaseError } from "pg";
import { ExpectedError } from "../../../common/errors";
import { ConnectionError } from "../../../postgres/connection-errors";
import { readInServer } from "../../../runtime/read-in-server";
import { failureOf } from "../../support/rejection";

/** A read that cannot connect. Codes that begin with a digit are the server's. */
const failing = (code: string) => () => {
  const cause = /^\d/.test(code) ? new DatabaseError("refused", 0, "error") : new Error(code);
  return Promise.reject(
    new ConnectionError("Cannot connect.", "Wait.", { cause: Object.assign(cause, { code }) }),
  );
};

describe("a refresh of what is in a server", () => {
  it("waits for a server that is starting", async () => {
    let attempts = 0;
    const found = await readInServer(
      () => (++attempts < 3 ? failing("ECONNREFUSED")() : Promise.resolve({ value: "1" })),
      performance.now() + 60_000,
    );
    expect(found).to.deep.equal({ value: "1" });
    expect(attempts).to.equal(3);
  });

  for (const code of ["ECONNREFUSED", "ENOTFOUND", "CERT_HAS_EXPIRED", "57P03", "28P01", "28000"]) {
    it(`leaves it to the server's own resource to report ${code}`, async () => {
      expect(await readInServer(failing(code), 0)).to.deep.equal({});
    });
  }

  it("reports that all connections are taken, that the database is gone, and its own errors", async () => {
    const own = () =>
      Promise.reject(new ExpectedError("The table is locked.", "Wait.", { cause: new Error() }));
    for (const read of [failing("53300"), failing("3D000"), failing("42501"), own]) {
      await failureOf(readInServer(read, 0));
    }
  });

  it("reports that something in it is gone", async () => {
    expect(await readInServer(() => Promise.resolve(undefined))).to.equal(undefined);
  });
});
