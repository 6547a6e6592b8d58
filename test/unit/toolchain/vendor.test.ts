import { expect } from "chai";

import { vendorReachable } from "../../../toolchain/vendor";

describe("the vendor's download host", () => {
  const answers = (text: string, status = 200) =>
    vendorReachable(() => Promise.resolve(new Response(text, { status })));

  it("is reachable when it hands out its installer", async () => {
    expect(await answers("#!/bin/sh\nset -e\n")).to.be.true;
  });

  it("is not when a gateway answers in its place", async () => {
    expect(await answers("<html>blocked</html>")).to.be.false;
    expect(await answers("#!/bin/sh", 403)).to.be.false;
  });

  it("is not when the connection fails", async () => {
    expect(await vendorReachable(() => Promise.reject(new TypeError("fetch failed")))).to.be.false;
  });

  it("is not when it keeps silent", async () => {
    const silence: typeof fetch = (_url, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => {
          reject(new Error("aborted"));
        });
      });
    expect(await vendorReachable(silence, 5)).to.be.false;
  });
});
