import { ExpectedError } from "../../../../common/errors";
import type { Resource, ResourceType } from "../resource-type";
import { isEmpty, type Properties } from "../values";
import { isMissing, type Server, type Session } from "./server";

/** What grants and default privileges have in common. */
export interface Granted extends Properties {
  role: string;
  database: string;
  schema: string | null;
  objectType: string;
  privileges: string[] | null;
  withGrantOption: boolean;
}

/** What a kind of privileges does in its own way. */
export interface GrantedKind<G extends Granted> {
  identify: (plan: G) => string;
  /** Revokes all, then grants what is wanted. */
  apply: (session: Session, plan: G) => Promise<void>;
  /** The privileges that there are; undefined when the role or what they are on is gone. */
  readPrivileges: (session: Session, state: G) => Promise<string[] | null | undefined>;
  /** Why an import is refused, and what to do instead. */
  notImportable: (id: string) => [problem: string, remedy: string];
}

/** The life of privileges: they are applied as a whole, and deleting them revokes all. */
export function lifeOfPrivileges<G extends Granted>(
  server: Server,
  { identify, apply, readPrivileges, notImportable }: GrantedKind<G>,
): Pick<ResourceType, "deleteBeforeReplace" | "create" | "read" | "update" | "delete"> {
  return {
    // If the old grant were deleted later, that would revoke the privileges of the new one.
    deleteBeforeReplace: true,

    async create(plan: G): Promise<Resource> {
      await server.change(plan.database, (session) => apply(session, plan));
      const id = identify(plan);
      return { id, state: { ...plan, id } };
    },

    async read(id: string, state: G): Promise<Resource | undefined> {
      if (isEmpty(state.role)) throw new ExpectedError(...notImportable(id));
      const privileges = await server
        .connect(state.database, (session) => readPrivileges(session, state))
        .catch((error: unknown) => {
          if (isMissing(error)) return undefined;
          throw error;
        });
      return privileges === undefined ? undefined : { id, state: { ...state, privileges } };
    },

    async update(id: string, _old: G, plan: G): Promise<Properties> {
      await server.change(plan.database, (session) => apply(session, plan));
      return { ...plan, id };
    },

    async delete(_id: string, state: G): Promise<void> {
      try {
        await server.change(state.database, (session) => apply(session, { ...state, privileges: null }));
      } catch (error) {
        if (!isMissing(error)) throw error; // without the role or the objects nothing is granted
      }
    },
  };
}
