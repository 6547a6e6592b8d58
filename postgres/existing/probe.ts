import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { ExpectedError } from "../../common/errors";
import { IN_CONFIGURATION, reasonOf, remedyOf } from "../connection-errors";

/** The SSLRequest message of PostgreSQL's protocol: its length, which is 8, and a code that stands in the place of a protocol version. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

const TIMEOUT_MS = 5_000;

/**
 * Proves that PostgreSQL listens at an address, before the login. PostgreSQL answers a request for TLS with one letter,
 * S or N, and no other program does.
 *
 * @throws ExpectedError when the host is unknown, nothing listens, nothing answers, or another program answers
 */
export async function assertPostgresListens(host: string, port: number): Promise<void> {
  const where = `${host}:${port}`;
  const socket = connect({ host, port });
  socket.setTimeout(TIMEOUT_MS, () => {
    socket.destroy(
      new ExpectedError(
        `${where} did not answer within ${TIMEOUT_MS / 1000} s.`,
        "Check chat-perf:host and chat-perf:port, and make sure that no firewall drops the connection.",
      ),
    );
  });
  try {
    const answer = await ask(socket);
    if (answer === "S" || answer === "N") return;
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    throw new ExpectedError(
      `Cannot connect to ${where}: ${reasonOf(error)}.`,
      remedyOf(error, IN_CONFIGURATION),
    );
  } finally {
    socket.destroy();
  }
  throw new ExpectedError(
    `The program that answers at ${where} is not PostgreSQL.`,
    "Check chat-perf:host and chat-perf:port. PostgreSQL usually listens on port 5432.",
  );
}

/** The answer to a request for TLS. It is empty when the other side closes the connection. */
async function ask(socket: Socket): Promise<string> {
  await once(socket, "connect");
  socket.write(SSL_REQUEST);
  const closed = once(socket, "close").then(() => [Buffer.alloc(0)]);
  const [answer] = (await Promise.race([once(socket, "data"), closed])) as [Buffer];
  return answer.toString("latin1");
}
