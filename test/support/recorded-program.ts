import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { getCallbacks } from "@pulumi/pulumi/runtime/settings";
import { stackValues } from "../../config/stack-file";

/** One resource as the program registered it. */
export interface Registration {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

export interface RecordedProgram {
  registrations: Registration[];
  /** The program's exports. */
  outputs: Record<string, pulumi.Output<unknown>>;
  ofType(type: RegExp): Registration[];
  named(name: string): Registration;
}

const root = resolve(__dirname, "../..");

/** The outputs that the mocks return for tasks and providers. */
const answers: Record<string, object> = {
  "pulumi-nodejs:dynamic/chatperf:EmbeddedServer": { host: "127.0.0.1", port: 54321, dataDirectory: "/data" },
  "pulumi-nodejs:dynamic/chatperf:ExistingServer": {
    machine: { kind: "existing", superuser: false, service: "other", takenSettings: [] },
    sessions: 97,
  },
  "pulumi-nodejs:dynamic/chatperf:Migrations": { tables: ["messages", "users"] },
  "pulumi-nodejs:dynamic/chatperf:Dataset": {
    counts: { messages: 1 },
    fingerprint: { messages: "a" },
    loadedFingerprint: { messages: "a" },
  },
  "pulumi-nodejs:dynamic/chatperf:QualityReport": {
    report: { overall_assessment: { verdict: "PASS", ready_for_phase2: true }, checks: [] },
    files: [],
  },
  "random:index/randomBytes:RandomBytes": { base64: pulumi.secret(Buffer.alloc(16).toString("base64")) },
  "random:index/randomPassword:RandomPassword": { result: pulumi.secret("p".repeat(32)) },
};

/** Runs the whole program with Pulumi's mocks, and records the resources that it registers. */
export async function recordProgram(
  stack: string,
  config: Record<string, string>,
  preview: boolean,
): Promise<RecordedProgram> {
  const registrations: Registration[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        registrations.push({ type, name, inputs: inputs as Record<string, unknown> });
        const state = preview ? {} : (answers[type] ?? {});
        return { id: `${name}-id`, state: { ...(inputs as object), ...state } };
      },
      call: ({ inputs }) => inputs as object,
    },
    "chat-perf",
    stack,
    preview,
  );
  // The mocks of the SDK do not support resource hooks.
  getCallbacks()!.registerResourceHook = () => Promise.resolve();
  const values = { ...(stackValues(root, stack) as Record<string, string>), ...config };
  pulumi.runtime.setAllConfig(
    Object.fromEntries(Object.entries(values).map(([key, value]) => [`chat-perf:${key}`, value])),
  );
  const program = resolve(root, "index.ts");
  // The program's modules are loaded again for each recording. The SDK's modules are kept, because they hold the mocks.
  for (const file of Object.keys(require.cache)) {
    if (file === program || file.startsWith(resolve(root, "components")))
      Reflect.deleteProperty(require.cache, file);
  }
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a fresh run of the program each time
  const outputs = require(program) as Record<string, pulumi.Output<unknown>>;
  await pulumi.runtime.disconnect();
  return {
    registrations,
    outputs,
    ofType: (type) => registrations.filter((each) => type.test(each.type)),
    named: (name) => {
      const found = registrations.find((each) => each.name === name);
      if (found === undefined) throw new Error(`The program registered nothing named ${name}.`);
      return found;
    },
  };
}
