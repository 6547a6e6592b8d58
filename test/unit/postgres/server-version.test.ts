import { expect } from "chai";
import { serverVersion } from "../../../postgres/embedded/releases";

describe("the version of an embedded server", () => {
  it("is shown as PostgreSQL's own, and not as that of the npm package", () => {
    expect(serverVersion("18.4.0-beta.17")).to.equal("18.4");
    expect(serverVersion("14.23.0-beta.17")).to.equal("14.23");
  });
});
