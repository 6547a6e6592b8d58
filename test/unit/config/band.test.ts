import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { resolve } from "node:path";
import { readBand } from "../../../components/band";
import { parseBand } from "../../../config";
import { stackValues } from "../../../config/stack-file";

const root = resolve(__dirname, "../../..");
const dev = stackValues(root, "dev") as Record<string, string>;

/** Reads the band as the program does, with these additional keys. */
async function readBandWith(further: Record<string, string>) {
  await pulumi.runtime.setMocks(
    { newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }), call: () => ({}) },
    "chat-perf",
    "dev",
  );
  const own = Object.entries(dev).map(([key, value]) => [`chat-perf:${key}`, value] as const);
  pulumi.runtime.setAllConfig({ ...Object.fromEntries(own), ...further });
  return readBand();
}

async function errorWith(further: Record<string, string>): Promise<unknown> {
  return readBandWith(further).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("the band of the stack that is being deployed", () => {
  it("is made from the engine's configuration, other namespaces aside", async () => {
    expect(await readBandWith({ "postgresql:host": "elsewhere" })).to.deep.equal(parseBand("dev", dev, root));
  });

  it("mistakes end the program without a stack trace, misspelt keys included", async () => {
    const error = await errorWith({ "chat-perf:messages": "none", "chat-perf:mesages": "5" });
    expect(pulumi.RunError.isInstance(error)).to.equal(true);
    expect(error)
      .to.have.property("message")
      .that.includes("chat-perf:messages: must be a whole number")
      .and.includes("chat-perf:mesages: is not a known key; did you mean messages?");
  });
});
