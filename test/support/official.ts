import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  containsSecret,
  isObject,
  type Properties,
  type Value,
} from "../../toolchain/closed-network/plugins/values";

type Values = Record<string, Value>;

/** A resource as the official plugin stored it. */
export interface OfficialResource {
  type: string;
  name: string;
  id: string;
  inputs: Values;
  outputs: Values;
}

/** The recorded resources of an official plugin. */
export function officialResources(plugin: "random" | "postgresql" | "docker"): OfficialResource[] {
  const file = join(__dirname, "../fixtures/official-providers", `${plugin}.json`);
  return JSON.parse(readFileSync(file, "utf8")) as OfficialResource[];
}

/** The inputs that the program gave for a resource, without the plugin's additions and with secrets. */
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

/** The properties in the form of the recordings: `{ secret: true }` replaces every secret. */
export function asRecorded(properties: Values): Values {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name,
      containsSecret(value) ? { secret: true } : value,
    ]),
  );
}
