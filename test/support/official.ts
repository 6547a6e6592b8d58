import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  containsSecret,
  isObject,
  type Properties,
  type Value,
} from "../../toolchain/closed-network/plugins/values";

type Values = Record<string, Value>;

/** A resource as the vendor's plugin stored it. */
export interface OfficialResource {
  type: string;
  name: string;
  id: string;
  inputs: Values;
  outputs: Values;
}

/** The recorded resources of one of the vendor's plugins. */
export function officialResources(plugin: "random" | "postgresql" | "docker"): OfficialResource[] {
  const file = join(__dirname, "../fixtures/official-providers", `${plugin}.json`);
  return JSON.parse(readFileSync(file, "utf8")) as OfficialResource[];
}

/** What the program gave to get a resource: its inputs without the plugin's additions, secrets filled in. */
export function programInputs({ inputs }: OfficialResource, secrets: Properties = {}): Properties {
  return { ...withoutDefaults(inputs), ...secrets };
}

function withoutDefaults(inputs: Values): Values {
  const added = Array.isArray(inputs.__defaults) ? inputs.__defaults : [];
  const given = Object.entries(inputs).filter(([name]) => name !== "__defaults" && !added.includes(name));
  const plain = (value: Value): Value => {
    if (Array.isArray(value)) return value.map(plain);
    return isObject(value) ? withoutDefaults(value) : value;
  };
  return Object.fromEntries(given.map(([name, value]) => [name, plain(value)]));
}

/** The properties as the recordings show them: `{ secret: true }` in the place of whatever is secret. */
export function asRecorded(properties: Values): Values {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name,
      containsSecret(value) ? { secret: true } : value,
    ]),
  );
}
