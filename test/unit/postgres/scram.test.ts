import { createHash, createHmac } from "node:crypto";
import { expect } from "chai";
import fc from "fast-check";
import { scramVerifier } from "../../../postgres/scram";

const hmac = (key: Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

function parts(verifier: string): { storedKey: Buffer; serverKey: Buffer } {
  const [, storedKey = "", serverKey = ""] = /^SCRAM-SHA-256\$4096:[^$]+\$([^:]+):(.+)$/.exec(verifier) ?? [];
  return { storedKey: Buffer.from(storedKey, "base64"), serverKey: Buffer.from(serverKey, "base64") };
}

describe("a SCRAM verifier", () => {
  // The exchange of RFC 7677, section 3.
  const salt = "W22ZaJ0SNY7soEsUEjb6gQ==";
  const nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  const exchange = `n=user,r=rOprNGfwEbeRWgbNEkqO,r=${nonce},s=${salt},i=4096,c=biws,r=${nonce}`;

  it("proves client and server as in the standard's example", async () => {
    const { storedKey, serverKey } = parts(await scramVerifier("pencil", Buffer.from(salt, "base64")));
    expect(hmac(serverKey, exchange).toString("base64")).to.equal(
      "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    );

    const proof = Buffer.from("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "base64");
    const clientKey = hmac(storedKey, exchange).map((byte, index) => byte ^ proof[index]!);
    expect(createHash("sha256").update(clientKey).digest()).to.deep.equal(storedKey);
  });

  it("is written as PostgreSQL stores it", async () => {
    expect(await scramVerifier("pencil", Buffer.from(salt, "base64"))).to.match(
      /^SCRAM-SHA-256\$4096:W22ZaJ0SNY7soEsUEjb6gQ==\$[\w+/]{43}=:[\w+/]{43}=$/,
    );
  });

  it("has a new salt each time", async () => {
    expect(await scramVerifier("pencil")).not.to.equal(await scramVerifier("pencil"));
  });

  it("never contains the password", () =>
    fc.assert(
      fc.asyncProperty(fc.string({ minLength: 5 }), async (password) => {
        expect(await scramVerifier(password)).not.to.include(password);
      }),
      { numRuns: 20 },
    ));
});
