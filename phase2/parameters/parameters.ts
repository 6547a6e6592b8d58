import type { Client } from "pg";
import { ExpectedError } from "../../common/errors";
import type { HotQuery } from "../queries/query-files";

/** The number of rooms or users in a stratum. */
const PER_STRATUM = 5;

/** A query in one stratum, with the parameters that its executions use in turn. */
export interface Cell {
  query: HotQuery;
  /** The stratum, e.g. `heaviest rooms`. Inserts have the stratum `all rooms`. */
  stratum: string;
  parameters: string[][];
}

/** A conversation that was drawn, with one of its active members. */
interface Room {
  stratum: string;
  conversation: string;
  member: string;
}

/** A user who was drawn. */
interface User {
  stratum: string;
  user: string;
}

/** Draws conversations by their number of messages. Conversations without messages are in no stratum. */
const roomsSql = `
  WITH ranked AS MATERIALIZED (
    SELECT "conversationId" AS id, count(*) OVER () AS rooms,
      row_number() OVER (ORDER BY count(*) DESC, "conversationId" COLLATE "C") AS rank
    FROM messages WHERE "conversationId" IS NOT NULL GROUP BY "conversationId"
  ), candidate AS (
    SELECT 1 AS position, 'heaviest rooms' AS stratum, id FROM ranked WHERE rank <= greatest(${PER_STRATUM}, rooms * 0.001)
    UNION ALL
    SELECT 2, 'median rooms', id FROM ranked WHERE abs(rank - rooms * 0.5) <= greatest(${PER_STRATUM} * 0.5, rooms * 0.05)
    UNION ALL
    SELECT 3, 'cold rooms', id FROM ranked WHERE rank > least(rooms - ${PER_STRATUM}, rooms * 0.9)
  ), drawn AS (
    SELECT position, stratum, id, member, row_number() OVER (PARTITION BY position ORDER BY md5($1 || id), id) AS number
    FROM candidate CROSS JOIN LATERAL (
      SELECT "userId" AS member FROM conversation_users
      WHERE "conversationId" = candidate.id AND "isActive" ORDER BY md5($1 || "userId"), "userId" LIMIT 1
    ) AS somebody
  )
  SELECT stratum, id AS conversation, member FROM drawn WHERE number <= ${PER_STRATUM} ORDER BY position, number`;

/** Draws users by the number of conversations of which they are active members. */
const usersSql = `
  WITH ranked AS MATERIALIZED (
    SELECT "userId" AS id, count(*) OVER () AS users,
      row_number() OVER (ORDER BY count(*) DESC, "userId" COLLATE "C") AS rank
    FROM conversation_users WHERE "isActive" GROUP BY "userId"
  ), candidate AS (
    SELECT 1 AS position, 'busy users' AS stratum, id FROM ranked WHERE rank <= greatest(${PER_STRATUM}, users * 0.01)
    UNION ALL
    SELECT 2, 'quiet users', id FROM ranked WHERE rank > least(users - ${PER_STRATUM}, users * 0.9)
  ), drawn AS (
    SELECT *, row_number() OVER (PARTITION BY position ORDER BY md5($1 || id), id) AS number FROM candidate
  )
  SELECT stratum, id AS "user" FROM drawn WHERE number <= ${PER_STRATUM} ORDER BY position, number`;

/**
 * Draws the parameters of every query from the rows of the database.
 *
 * Conversations are drawn from the heaviest (the largest 0.1 %, but at least five), from those around the median, and from
 * the cold ones (the smallest tenth). Users are drawn from the busiest 1 % and the quietest tenth. The draw is in the order
 * of a hash of seed and id, so that the same rows and seed give the same parameters on any server.
 *
 * @returns one cell for each query and stratum, in the order of the queries
 * @throws ExpectedError when there are no messages of active members
 */
export async function drawParameters(client: Client, queries: HotQuery[], seed: string): Promise<Cell[]> {
  const { rows: rooms } = await client.query<Room>(roomsSql, [seed]);
  const { rows: users } = await client.query<User>(usersSql, [seed]);
  if (rooms.length === 0 || users.length === 0) {
    throw new ExpectedError(
      `Database "${client.database ?? ""}" has no messages of active members to measure with.`,
      "Load a dataset first: `npm run generate`, or `pulumi up`.",
    );
  }
  return queries.flatMap((query): Cell[] => {
    switch (query.parameters) {
      case "conversation":
        return cells(query, rooms, ({ conversation }) => [conversation]);
      case "member":
        return cells(query, rooms, ({ member, conversation }) => [member, conversation]);
      case "user":
        return cells(query, users, ({ user }) => [user]);
      case "message":
        return [
          { query, stratum: "all rooms", parameters: rooms.map((room) => [room.member, room.conversation]) },
        ];
    }
  });
}

function cells<T extends { stratum: string }>(
  query: HotQuery,
  drawn: T[],
  valuesOf: (one: T) => string[],
): Cell[] {
  const strata = [...new Set(drawn.map(({ stratum }) => stratum))];
  return strata.map((stratum) => {
    const ones = drawn.filter((one) => one.stratum === stratum);
    return { query, stratum, parameters: ones.map(valuesOf) };
  });
}
