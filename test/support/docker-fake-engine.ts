import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** An answer of the engine: a status and a body. */
export type Answer = [status: number, body: unknown];

/** A fake Docker Engine on a socket, for answers that a real engine cannot be made to give. */
export class FakeEngine {
  /** The requests that it received, e.g. `POST /images/create`. */
  readonly asked: string[] = [];

  private constructor(
    readonly socket: string,
    private readonly server: Server,
  ) {}

  /** @param answers the answers by method and path, e.g. `GET /version`; any other request gets 404 */
  static async start(answers: Readonly<Record<string, Answer>>): Promise<FakeEngine> {
    const socket = join(await mkdtemp(join(tmpdir(), "chat-perf-engine-")), "docker.sock");
    const server = createServer((request, response) => {
      const question = `${request.method!} ${request.url!.split("?", 1)[0]!}`;
      fake.asked.push(question);
      const [status, body] = answers[question] ?? [404, { message: "not found" }];
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
    const fake = new FakeEngine(socket, server);
    await new Promise<void>((done) => server.listen(socket, done));
    return fake;
  }

  async stop(): Promise<void> {
    await new Promise((done) => this.server.close(done));
    rmSync(dirname(this.socket), { recursive: true, force: true });
  }
}
