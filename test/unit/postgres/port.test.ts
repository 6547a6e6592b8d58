import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { expect } from "chai";
import { assertPortFree, assertPortReleased } from "../../../postgres/embedded/configuration";

describe("the port of a server that is down", () => {
  it("may be in use for another moment, as that of a process that was just killed", async () => {
    const dying = createServer().listen({ port: 0, host: "127.0.0.1" });
    await once(dying, "listening");
    const { port } = dying.address() as AddressInfo;
    const [refused] = await Promise.allSettled([assertPortFree(port)]);
    const released = assertPortReleased(port);
    dying.close();
    await released;
    expect(refused.status).to.equal("rejected");
  });
});
