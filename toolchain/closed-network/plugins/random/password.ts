import { randomInt } from "node:crypto";
import { hash } from "bcryptjs";
import { type Failure, plan, type Property, type Resource, type ResourceType } from "../resource-type";
import { containsUnknown, type Properties } from "../values";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const DIGITS = "0123456789";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

/** The rules for a password. */
export interface Recipe {
  length: number;
  lower: boolean;
  upper: boolean;
  numeric: boolean;
  special: boolean;
  minLower: number;
  minUpper: number;
  minNumeric: number;
  minSpecial: number;
  /**
   * The special characters to choose from.
   *
   * @default those of the official plugin
   */
  overrideSpecial: string | null;
}

/**
 * Creates a random password. Each character is drawn uniformly from the allowed sets, and the minimum counts are met.
 */
export function makePassword(recipe: Recipe): string {
  const { overrideSpecial } = recipe;
  const special = overrideSpecial === null || overrideSpecial === "" ? SPECIAL : overrideSpecial;
  const characters = [
    ...pick(LOWER, recipe.minLower),
    ...pick(UPPER, recipe.minUpper),
    ...pick(DIGITS, recipe.minNumeric),
    ...pick(special, recipe.minSpecial),
  ];
  const allowed = [
    recipe.lower ? LOWER : "",
    recipe.upper ? UPPER : "",
    recipe.numeric ? DIGITS : "",
    recipe.special ? special : "",
  ].join("");
  characters.push(...pick(allowed, recipe.length - characters.length));
  return shuffle(characters).join("");
}

function pick(alphabet: string, count: number): string[] {
  return Array.from({ length: count }, () => alphabet.charAt(randomInt(alphabet.length)));
}

function shuffle<T>(items: T[]): T[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [items[last], items[other]] = [items[other]!, items[last]!];
  }
  return items;
}

type Plan = Properties & Recipe;

/** The work factor of the official plugin. */
const BCRYPT_ROUNDS = 10;

/**
 * The state of a password. Its hash has the prefix of the official plugin: `$2a$` and `$2b$` mean the same algorithm.
 */
async function stateOf(recipe: Plan, result: string): Promise<Properties> {
  const bcryptHash = (await hash(result, BCRYPT_ROUNDS)).replace(/^\$2b\$/, "$2a$");
  return { ...recipe, id: "none", number: recipe.numeric, result, bcryptHash };
}

const replaces = true;
const choice: Property = { type: "boolean", default: true, replaces };
const minimum: Property = { type: "number", default: 0, replaces };
const computedSecret: Property = { type: "string", readonly: true, computed: true, secret: true };

/**
 * The resource type `random:index/randomPassword:RandomPassword`: a password that is created once, and replaced when an
 * input changes.
 */
export const randomPassword: ResourceType = {
  terse: true,
  schema: {
    keepers: { type: "map", replaces },
    length: { type: "number", required: true, replaces },
    lower: choice,
    upper: choice,
    numeric: choice,
    // The deprecated name of `numeric` in the official plugin.
    number: { type: "boolean", readonly: true, computed: true },
    special: choice,
    minLower: minimum,
    minUpper: minimum,
    minNumeric: minimum,
    minSpecial: minimum,
    overrideSpecial: { type: "string", replaces },
    result: computedSecret,
    bcryptHash: computedSecret,
  },

  validate(inputs: Properties): Failure[] {
    const minima = ["minLower", "minUpper", "minNumeric", "minSpecial"];
    if (["length", ...minima].some((name) => containsUnknown(inputs[name] ?? null))) return [];
    const count = (name: string) => Number(inputs[name] ?? 0);
    const failures: Failure[] = ["length", ...minima]
      .filter((name) => !Number.isInteger(count(name)) || count(name) < (name === "length" ? 1 : 0))
      .map((property) => ({
        property,
        reason: `${property} must be a whole number, at least ${property === "length" ? 1 : 0}`,
      }));
    const least = minima.reduce((sum, name) => sum + count(name), 0);
    if (count("length") < least) {
      failures.push({
        property: "length",
        reason: `length (${count("length")}) must be at least the sum of the minimum counts (${least})`,
      });
    }
    if (["lower", "upper", "numeric", "special"].every((name) => inputs[name] === false)) {
      failures.push({
        property: "special",
        reason: "At least one of lower, upper, numeric and special must be true",
      });
    }
    return failures;
  },

  async create(plan: Plan): Promise<Resource> {
    const result = makePassword(plan);
    return { id: "none", state: await stateOf(plan, result) };
  },

  /** On import the id is the password, as in the official plugin. */
  async read(id: string, state: Properties): Promise<Resource | undefined> {
    if (state.result !== undefined) return { id, state };
    const recipe = plan(randomPassword.schema, { length: id.length });
    return { id: "none", state: await stateOf(recipe as Plan, id) };
  },

  update(): Promise<Properties> {
    return Promise.reject(new Error("A password is replaced, never updated."));
  },

  delete(): Promise<void> {
    return Promise.resolve();
  },
};
