import { differences, shown, type Difference } from "./differences";
import type { Step } from "./engine-preview";

/** How bad a change may be, worst first. */
export const risks = ["data", "replace", "restart", "access", "reload", "update", "create"] as const;

export type Risk = (typeof risks)[number];

/** One change that a reviewer should know of. */
export interface Change {
  risk: Risk;
  action: Step["action"];
  /** The kind of resource in words, e.g. `setting`. */
  kind: string;
  /** Which one, e.g. `shared_buffers`. */
  name: string;
  /** What is different; nothing where the whole comes or goes. */
  differences: Difference[];
  /** What that means for whoever uses the database. */
  means: string;
}

/** A preview's changes, worst first, and the resources that only follow from them. */
export interface Changes {
  changes: Change[];
  follow: string[];
}

/** What holds rows, each with what is lost by its deletion. */
const holdsRows: Readonly<Record<string, string>> = {
  EmbeddedServer: "the server with every database in it",
  Volume: "every database of the server",
  Database: "the database with all its tables",
  Dataset: "all rows of the chat tables",
};

/** What only proves, repeats or writes down what others changed. */
const follows = new Set([
  "AccessFiles",
  "Connectivity",
  "DiskSpace",
  "Extensions",
  "Login",
  "Membership",
  "Protection",
  "QualityReport",
  "QueryMonitoring",
  "RandomPassword",
  "SettingsInForce",
  // The providers themselves.
  "docker",
  "postgresql",
  "pulumi-nodejs",
]);

/** Inputs by which a resource finds its server. They change with the server, and the resource does not. */
const location = /^(?:adminUrl|ownerUrl|databaseUrl|machine)(?:\.|$)/;

/** What people call a kind of resource; others are called by their type's name. */
const words: Readonly<Record<string, string>> = {
  DefaultPrivileges: "default privileges",
  DatabaseSettings: "settings of the database",
  EmbeddedServer: "server",
  ExistingServer: "existing server",
  RemoteImage: "image",
};

/** Sorts a preview's steps into changes, worst first, and what only follows from them. */
export function changesOf(steps: readonly Step[]): Changes {
  const changed = steps.filter(({ action }) => action !== "same");
  const newServer = changed.some(({ action, kind }) => action === "replace" && kind === "EmbeddedServer");
  const following = changed.filter((step) => isFollowing(step, newServer));
  return {
    changes: changed
      .filter((step) => !following.includes(step))
      .map(changeOf)
      .sort((a, b) => risks.indexOf(a.risk) - risks.indexOf(b.risk)),
    follow: following.map(({ name }) => name),
  };
}

function isFollowing({ action, kind, before, after }: Step, newServer: boolean): boolean {
  if (follows.has(kind)) return true;
  if (action !== "update") return false;
  const found = differences(before, after);
  // Whatever is in a server is made anew with it. Of its inputs the engine knows little beforehand, beside settings.
  if (newServer && kind !== "Setting") return true;
  return found.length > 0 && found.every(({ key }) => location.test(key));
}

function changeOf(step: Step): Change {
  const { action, kind, before, after } = step;
  const stays = action === "update" || action === "replace";
  const own = stays ? differences(before, after).filter(({ key }) => !location.test(key)) : [];
  return {
    ...{ action, kind: words[kind] ?? kind.toLowerCase(), name: nameOf(step), differences: own },
    ...judge(step, own),
  };
}

function judge({ action, kind, after }: Step, own: Difference[]): { risk: Risk; means: string } {
  const lost = holdsRows[kind];
  if (action === "create") return { risk: "create", means: "" };
  if (action === "delete") {
    return lost === undefined ? { risk: "replace", means: "" } : { risk: "data", means: `deletes ${lost}` };
  }
  if (action === "replace") {
    return lost === undefined
      ? { risk: "replace", means: "deleted and made anew" }
      : { risk: "data", means: `deletes ${lost}, and makes it anew` };
  }
  if (kind === "Setting") {
    return after.takes === "restart"
      ? { risk: "restart", means: "restarts the server: connections are closed" }
      : { risk: "reload", means: "reloads the configuration: connections stay" };
  }
  if (own.some(({ key }) => key === "password" || key === "adminPassword")) {
    return { risk: "access", means: "new password: whoever connects needs the new URL" };
  }
  if (["DefaultPrivileges", "Grant", "Role"].includes(kind)) {
    return { risk: "access", means: "changes who may do what" };
  }
  return { risk: "update", means: own.length === 0 ? "not as it was left: put right" : "changed in place" };
}

/** By its own name where it has one; a new setting with its value. */
function nameOf({ action, name, before, after }: Step): string {
  const { setting, value, name: own } = { ...before, ...after };
  if (typeof setting !== "string") return typeof own === "string" ? own : name;
  return action === "create" ? `${setting} = ${shown(value) ?? ""}` : setting;
}
