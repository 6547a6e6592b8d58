import { differences, shown, type Difference } from "./differences";
import type { Step } from "./engine-preview";

/** The risks of a change, the worst first. */
export const risks = ["data", "replace", "restart", "access", "reload", "update", "create"] as const;

export type Risk = (typeof risks)[number];

/** A change that a reviewer should know about. */
export interface Change {
  risk: Risk;
  action: Step["action"];
  /** The kind of resource in words, e.g. `setting`. */
  kind: string;
  /** The name of the resource, e.g. `shared_buffers`. */
  name: string;
  /** The differences of an updated or replaced resource. A created or deleted resource has none. */
  differences: Difference[];
  /** What the change means for the users of the database. */
  means: string;
}

/** The changes of a preview, the worst first, and the names of the resources that only follow from them. */
export interface Changes {
  changes: Change[];
  follow: string[];
}

/** The kinds of resources that hold rows, with what is lost when they are deleted. */
const holdsRows: Readonly<Record<string, string>> = {
  EmbeddedServer: "the server with every database in it",
  Volume: "every database of the server",
  Database: "the database with all its tables",
  Dataset: "all rows of the chat tables",
};

/** The kinds of resources that only check, repeat or record the changes of others. */
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
  "RandomBytes",
  "RandomPassword",
  "SettingsInForce",
  // The providers themselves.
  "docker",
  "postgresql",
  "pulumi-nodejs",
]);

/** The inputs by which a resource finds its server. When only they change, the resource itself does not change. */
const location = /^(?:adminUrl|ownerUrl|databaseUrl|machine)(?:\.|$)/;

/** The names of some kinds of resources for people. Other kinds have the name of their type. */
const words: Readonly<Record<string, string>> = {
  DefaultPrivileges: "default privileges",
  DatabaseSettings: "settings of the database",
  EmbeddedServer: "server",
  RoleSettings: "settings of sessions",
  ExistingServer: "existing server",
  RemoteImage: "image",
};

/** Splits the steps of a preview into changes, the worst first, and resources that only follow from them. */
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
  // Everything in a server is created again with it. Except for settings, the engine knows few of its inputs in advance.
  if (newServer && kind !== "Setting") return true;
  return found.length > 0 && found.every(({ key }) => location.test(key));
}

function changeOf(step: Step): Change {
  const { action, kind, before, after } = step;
  const stays = action === "update" || action === "replace";
  const own = stays ? differences(before, after).filter(({ key }) => !location.test(key)) : [];
  return {
    action,
    kind: words[kind] ?? kind.toLowerCase(),
    name: nameOf(step),
    differences: own,
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
      ? { risk: "replace", means: "deleted and created again" }
      : { risk: "data", means: `deletes ${lost}, and creates it again` };
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
  if (kind === "Dataset" && own.length === 0) {
    return {
      risk: "update",
      means: "rows were changed by hand: they stay as they are, and the quality is checked again",
    };
  }
  return { risk: "update", means: own.length === 0 ? "not as it was left: put right" : "changed in place" };
}

/** The name of a resource. A new setting is named with its value. */
function nameOf({ action, name, before, after }: Step): string {
  const { setting, value, name: own } = { ...before, ...after };
  if (typeof setting !== "string") return typeof own === "string" ? own : name;
  return action === "create" ? `${setting} = ${shown(value) ?? ""}` : setting;
}
