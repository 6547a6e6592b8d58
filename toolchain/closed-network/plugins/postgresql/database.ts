import { quoteIdentifier, quoteLiteral } from "../../../../postgres/connection";
import type { Property, Resource, ResourceType } from "../resource-type";
import type { Properties } from "../values";
import { retried, type Server, type Session } from "./server";

interface Database extends Properties {
  name: string;
  owner: string | null;
  template: string | null;
  encoding: string | null;
  lcCollate: string | null;
  lcCtype: string | null;
  tablespaceName: string | null;
  connectionLimit: number;
  allowConnections: boolean | null;
  isTemplate: boolean | null;
  alterObjectOwnership: boolean;
}

const fixed: Property = { type: "string", computed: true, replaces: true };

/** The resource type `postgresql:index/database:Database`. */
export function database(server: Server): ResourceType {
  return {
    schema: {
      name: { type: "string", required: true },
      owner: { type: "string", computed: true },
      template: fixed,
      encoding: fixed,
      lcCollate: fixed,
      lcCtype: fixed,
      tablespaceName: { type: "string", computed: true },
      connectionLimit: { type: "number", default: -1 },
      allowConnections: { type: "boolean", default: true },
      isTemplate: { type: "boolean", computed: true },
      alterObjectOwnership: { type: "boolean", default: false },
    },
    deleteBeforeReplace: true,

    async create(plan: Database): Promise<Resource> {
      const found = await retried(() =>
        server.connect(null, async (session) => {
          await session.asMemberOf(plan.owner === null ? [] : [plan.owner], () =>
            session.query(createStatement(plan), [], `error creating database "${plan.name}"`),
          );
          return readDatabase(session, plan.name);
        }),
      );
      const template = plan.template ?? "template0";
      return { id: plan.name, state: { ...found, ...given(plan), template, id: plan.name } };
    },

    async read(id: string, state: Properties): Promise<Resource | undefined> {
      const name = typeof state.name === "string" ? state.name : id;
      const found = await server.connect(null, (session) => readDatabase(session, name));
      if (found === undefined) return undefined;
      const kept = { template: "template0", alterObjectOwnership: false };
      return { id: name, state: { ...kept, ...state, ...found, id: name } };
    },

    async update(_id: string, old: Database, plan: Database): Promise<Properties> {
      const found = await retried(() => server.connect(null, (session) => alter(session, old, plan)));
      if (
        plan.alterObjectOwnership &&
        plan.owner !== null &&
        old.owner !== null &&
        plan.owner !== old.owner
      ) {
        await reassign(server, plan.name, old.owner, plan.owner);
      }
      return { ...found, ...given(plan), id: plan.name };
    },

    async delete(_id: string, { name, owner }: Database): Promise<void> {
      await retried(() =>
        server.connect(null, async (session) => {
          if ((await readDatabase(session, name)) === undefined) return;
          const context = `error dropping database "${name}"`;
          await session.asMemberOf(owner === null ? [] : [owner], async () => {
            await session.query(
              `ALTER DATABASE ${quoteIdentifier(name)} WITH IS_TEMPLATE false`,
              [],
              context,
            );
            await session.query(`DROP DATABASE ${quoteIdentifier(name)} WITH (FORCE)`, [], context);
          });
        }),
      );
    },
  };
}

/** The planned properties, without those that the server chooses. */
function given(plan: Database): Properties {
  return Object.fromEntries(
    Object.entries(plan).filter(([, value]) => value !== null && value !== undefined && value !== "DEFAULT"),
  );
}

function createStatement(plan: Database): string {
  const options: [option: string, value: string | null, quote: (value: string) => string][] = [
    ["OWNER", plan.owner, quoteIdentifier],
    ["TEMPLATE", plan.template ?? "template0", quoteIdentifier],
    ["ENCODING", plan.encoding ?? "UTF8", quoteLiteral],
    ["LC_COLLATE", plan.lcCollate ?? "C", quoteLiteral],
    ["LC_CTYPE", plan.lcCtype ?? "C", quoteLiteral],
    ["TABLESPACE", plan.tablespaceName, quoteIdentifier],
    ["CONNECTION LIMIT", String(plan.connectionLimit), String],
    ["ALLOW_CONNECTIONS", String(plan.allowConnections ?? true), String],
    ["IS_TEMPLATE", String(plan.isTemplate ?? false), String],
  ];
  const clauses = options
    .filter(([, value]) => value !== null && value !== "")
    .map(([option, value, quote]) => `${option} ${value === "DEFAULT" ? value : quote(value ?? "")}`);
  return `CREATE DATABASE ${quoteIdentifier(plan.name)} WITH ${clauses.join(" ")}`;
}

async function alter(session: Session, old: Database, plan: Database): Promise<Properties | undefined> {
  const name = quoteIdentifier(plan.name);
  const context = `error updating database "${old.name}"`;
  // An earlier attempt may have renamed it already before it failed.
  if (plan.name !== old.name && (await readDatabase(session, old.name)) !== undefined) {
    await session.query(`ALTER DATABASE ${quoteIdentifier(old.name)} RENAME TO ${name}`, [], context);
  }
  const changes: [keyof Database & string, clause: string][] = [
    ["owner", `OWNER TO ${quoteIdentifier(plan.owner ?? "")}`],
    ["tablespaceName", `SET TABLESPACE ${quoteIdentifier(plan.tablespaceName ?? "")}`],
    ["connectionLimit", `CONNECTION LIMIT ${plan.connectionLimit}`],
    ["allowConnections", `ALLOW_CONNECTIONS ${plan.allowConnections ?? true}`],
    ["isTemplate", `IS_TEMPLATE ${plan.isTemplate ?? false}`],
  ];
  const owners = [old.owner, plan.owner].filter((owner) => owner !== null);
  await session.asMemberOf(owners, async () => {
    for (const [property, clause] of changes) {
      if (plan[property] === null || plan[property] === "DEFAULT" || plan[property] === old[property])
        continue;
      await session.query(`ALTER DATABASE ${name} ${clause}`, [], context);
    }
  });
  return readDatabase(session, plan.name);
}

/** Gives the old owner's objects in a database to the new owner. */
async function reassign(server: Server, name: string, from: string, to: string): Promise<void> {
  await server.change(name, (session) =>
    session.asMemberOf([from, to], () =>
      session.query(`REASSIGN OWNED BY ${quoteIdentifier(from)} TO ${quoteIdentifier(to)}`),
    ),
  );
}

async function readDatabase(session: Session, name: string): Promise<Properties | undefined> {
  const [found] = await session.query<Properties>(
    `SELECT datname AS name, pg_get_userbyid(datdba) AS owner, pg_encoding_to_char(encoding) AS encoding,
            datcollate AS "lcCollate", datctype AS "lcCtype", spcname AS "tablespaceName",
            datconnlimit AS "connectionLimit", datallowconn AS "allowConnections", datistemplate AS "isTemplate"
       FROM pg_database JOIN pg_tablespace tablespace ON tablespace.oid = dattablespace
      WHERE datname = $1`,
    [name],
  );
  return found;
}
