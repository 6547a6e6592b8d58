import { existsSync, readFileSync } from "node:fs";
import { Server, type Socket } from "node:net";

/**
 * Pulumi's processes communicate over loopback ports without a password. For any caller they do what they do for the
 * engine: install packages, run programs. A process that loads this module therefore answers only callers of its own
 * user and of root. gRPC shows a call only after it has accepted the connection, so every connection is checked here.
 */
const emit = Reflect.get(Server.prototype, "emit");
Server.prototype.emit = function (this: Server, event: string | symbol, ...values: unknown[]): boolean {
  if (event === "connection" && isOfAnotherUser(values[0] as Socket)) {
    (values[0] as Socket).destroy();
    return true;
  }
  return Reflect.apply(emit, this, [event, ...values]) as boolean;
};

/** Linux's tables of TCP connections. On other systems all callers are answered (SECURITY.md). */
const TABLES = { 4: "/proc/net/tcp", 6: "/proc/net/tcp6" };
const ESTABLISHED = "01";

function isOfAnotherUser({ remoteAddress, remotePort, localAddress, localPort }: Socket): boolean {
  const caller = remoteAddress?.replace(/^::ffff:/, "");
  if (caller === undefined || !/^(127\.|::1$)/.test(caller)) return false;
  const table = caller.includes(":") ? TABLES[6] : TABLES[4];
  if (!existsSync(table)) return false;
  // The caller's end of the connection. Its owner is the user who opened it.
  const ends = `${hex(caller, remotePort!)} ${hex(localAddress!.replace(/^::ffff:/, ""), localPort!)} ${ESTABLISHED} `;
  const line = readFileSync(table, "utf8")
    .split("\n")
    .find((each) => each.replace(/^ *\d+: /, "").startsWith(ends));
  const user = Number(line?.trim().split(/\s+/)[7]);
  return user !== process.geteuid?.() && user !== 0;
}

/** An address in the format of the tables, in which the bytes of each 32 bits are reversed. */
function hex(address: string, port: number): string {
  const ip = address.includes(":")
    ? "00000000000000000000000001000000"
    : address
        .split(".")
        .reverse()
        .map((byte) => Number(byte).toString(16).padStart(2, "0"))
        .join("");
  return `${ip}:${port.toString(16).padStart(4, "0")}`.toUpperCase();
}
