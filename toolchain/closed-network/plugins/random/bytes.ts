import { randomBytes as draw } from "node:crypto";
import type { Failure, Property, Resource, ResourceType } from "../resource-type";
import { containsUnknown, type Properties } from "../values";

const replaces = true;
const computedSecret: Property = { type: "string", readonly: true, computed: true, secret: true };

/**
 * The resource type `random:index/randomBytes:RandomBytes`: random bytes that are created once, and replaced when an
 * input changes. Its id is the base64 text.
 */
export const randomBytes: ResourceType = {
  terse: true,
  schema: {
    keepers: { type: "map", replaces },
    length: { type: "number", required: true, replaces },
    base64: computedSecret,
    hex: computedSecret,
  },

  validate({ length }: Properties): Failure[] {
    if (containsUnknown(length ?? null) || (Number.isInteger(length) && Number(length) >= 1)) return [];
    return [{ property: "length", reason: "length must be a whole number, at least 1" }];
  },

  create(plan: Properties): Promise<Resource> {
    return Promise.resolve(resourceOf(draw(Number(plan.length)), plan));
  },

  read(id: string, state: Properties): Promise<Resource | undefined> {
    if (state.base64 !== undefined) return Promise.resolve({ id, state });
    const bytes = Buffer.from(id, "base64");
    if (bytes.length === 0 || bytes.toString("base64") !== id) {
      return Promise.reject(
        new Error(`Random bytes are imported by their base64 text, but "${id}" is not base64.`),
      );
    }
    return Promise.resolve(resourceOf(bytes, { keepers: null, length: bytes.length }));
  },

  update(): Promise<Properties> {
    return Promise.reject(new Error("Random bytes are replaced, never updated."));
  },

  delete(): Promise<void> {
    return Promise.resolve();
  },
};

function resourceOf(bytes: Buffer, plan: Properties): Resource {
  const base64 = bytes.toString("base64");
  return { id: base64, state: { ...plan, id: base64, base64, hex: bytes.toString("hex") } };
}
