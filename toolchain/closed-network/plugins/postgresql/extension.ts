import { quoteIdentifier, quoteLiteral } from "../../../../postgres/connection";
import type { Resource, ResourceType } from "../resource-type";
import type { Properties } from "../values";
import { isMissing, type Server, type Session } from "./server";

interface Extension extends Properties {
  name: string;
  database: string | null;
  schema: string | null;
  version: string | null;
  createCascade: boolean;
  dropCascade: boolean;
}

/** The resource type `postgresql:index/extension:Extension`. */
export function extension(server: Server): ResourceType {
  return {
    schema: {
      name: { type: "string", required: true, replaces: true },
      database: { type: "string", computed: true, replaces: true },
      schema: { type: "string", computed: true },
      version: { type: "string", computed: true },
      createCascade: { type: "boolean", default: false },
      dropCascade: { type: "boolean", default: false },
    },
    deleteBeforeReplace: true,

    async create(plan: Extension): Promise<Resource> {
      const database = plan.database ?? server.config.database;
      const found = await server.change(database, async (session) => {
        await session.query(
          [
            `CREATE EXTENSION IF NOT EXISTS ${quoteIdentifier(plan.name)}`,
            `SCHEMA ${quoteIdentifier(plan.schema ?? "public")}`,
            plan.version === null ? "" : `VERSION ${quoteLiteral(plan.version)}`,
            plan.createCascade ? "CASCADE" : "",
          ].join(" "),
        );
        return readExtension(session, plan.name);
      });
      const id = `${database}.${plan.name}`;
      return { id, state: { ...plan, ...found, database, id } };
    },

    async read(id: string, state: Properties): Promise<Resource | undefined> {
      const [database = "", name = ""] =
        typeof state.database === "string" && typeof state.name === "string"
          ? [state.database, state.name]
          : id.split(/\.(.*)/s);
      const found = await server
        .connect(database, (session) => readExtension(session, name))
        .catch(ifMissing);
      if (found === undefined) return undefined;
      return {
        id,
        state: { createCascade: false, dropCascade: false, ...state, ...found, name, database, id },
      };
    },

    async update(id: string, old: Extension, plan: Extension): Promise<Properties> {
      const found = await server.change(old.database, async (session) => {
        const name = quoteIdentifier(plan.name);
        if (plan.schema !== null && plan.schema !== old.schema) {
          await session.query(`ALTER EXTENSION ${name} SET SCHEMA ${quoteIdentifier(plan.schema)}`);
        }
        if (plan.version !== null && plan.version !== old.version) {
          await session.query(`ALTER EXTENSION ${name} UPDATE TO ${quoteLiteral(plan.version)}`);
        }
        return readExtension(session, plan.name);
      });
      return { ...plan, ...found, id };
    },

    async delete(_id: string, { name, database, dropCascade }: Extension): Promise<void> {
      const drop = `DROP EXTENSION IF EXISTS ${quoteIdentifier(name)} ${dropCascade ? "CASCADE" : "RESTRICT"}`;
      await server.change(database, (session) => session.query(drop)).catch(ifMissing);
    },
  };
}

function ifMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

async function readExtension(session: Session, name: string): Promise<Properties | undefined> {
  const [found] = await session.query<Properties>(
    `SELECT nspname AS schema, extversion AS version
       FROM pg_extension JOIN pg_namespace namespace ON namespace.oid = extnamespace WHERE extname = $1`,
    [name],
  );
  return found;
}
