import { ownLoad } from "../ours/own-load";
import type { Peer } from "./peer";

/** The project's own generator, as `pulumi up` and `npm run generate` run it. */
export const ours: Peer = {
  name: "ours",
  what: "npm run generate, WAL-logged",
  timed: "From the call to tables whole again and analyzed; without fingerprint and Node's start.",
  prepare: (bench, database) =>
    Promise.resolve(async () => {
      const load = await ownLoad(bench, database, bench.spec.messages);
      const { rows, bytes, seconds, fingerprintSeconds } = load;
      return { rows, bytes, seconds, aside: { fingerprint: fingerprintSeconds }, load };
    }),
};
