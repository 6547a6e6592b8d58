import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** The reaction of a fake server to a new connection. */
export type Behaviour = (socket: Socket) => void;

/** Fake servers on free ports of this machine. `stop` ends all of them. */
export class FakeServers {
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();

  /** @returns the port */
  async start(behaviour: Behaviour): Promise<number> {
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      behaviour(socket);
    });
    this.#servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    for (const server of this.#servers.splice(0)) server.close();
  }
}

/** A fake PostgreSQL server without TLS that answers every login with an error. */
export function refusing(code: string, message: string): Behaviour {
  return speaking((socket) => {
    socket.end(errorResponse(code, message, "FATAL"));
  });
}

/** A fake PostgreSQL server that accepts every login and answers every query with one text. */
export function answering(text: string): Behaviour {
  return speaking(
    (socket) => socket.write(Buffer.concat([field("R", int32(0)), field("Z", "I")])),
    (socket) => {
      const column = Buffer.concat([
        int16(1),
        Buffer.from("server_version\0"),
        int32(0),
        int16(0),
        int32(25),
      ]);
      const row = Buffer.concat([int16(1), int32(text.length), Buffer.from(text)]);
      socket.write(
        Buffer.concat([
          field("T", Buffer.concat([column, int16(-1), int32(-1), int16(0)])),
          field("D", row),
          field("C", "SELECT 1\0"),
          field("Z", "I"),
        ]),
      );
    },
  );
}

/** A server, without TLS, that answers the statements like one text itself, with an error, and has all else done by another. */
export function refusingStatements(
  { host, port }: { host: string; port: number },
  statements: RegExp,
  message: string,
): Behaviour {
  return (socket) => {
    const upstream = connect(port, host);
    upstream.on("error", () => socket.destroy());
    socket.on("close", () => upstream.destroy());
    upstream.pipe(socket);
    socket.on("data", (words) => {
      if (!statements.test(words.toString("latin1"))) upstream.write(words);
      else socket.write(Buffer.concat([errorResponse("28000", message), field("Z", "E")]));
    });
  };
}

function speaking(onStart: (socket: Socket) => void, onQuery: (socket: Socket) => void = () => undefined) {
  return (socket: Socket): void => {
    let started = false;
    socket.on("data", (words) => {
      // Only a request for TLS is a first message of eight bytes.
      if (!started && words.length === 8) socket.write("N");
      else if (!started) {
        started = true;
        onStart(socket);
      } else if (words.toString("latin1", 0, 1) === "Q") onQuery(socket);
    });
  };
}

function errorResponse(code: string, message: string, severity = "ERROR"): Buffer {
  return field("E", [`S${severity}`, `V${severity}`, `C${code}`, `M${message}`, ""].join("\0") + "\0");
}

function field(type: string, content: Buffer | string): Buffer {
  const bytes = Buffer.from(content as string);
  return Buffer.concat([Buffer.from(type), int32(bytes.length + 4), bytes]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}
