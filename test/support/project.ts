import { execFile, execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { toolchainEnvironment } from "../../toolchain/environment";

const root = resolve(__dirname, "../..");

export interface CommandResult {
  code: number;
  /** Standard output and standard error in their order. */
  output: string;
  stdout: string;
}

/** A clone of this project with its own folder, state, secrets and server. */
export class TestProject {
  /** The output of all commands so far. */
  transcript = "";
  readonly #outputs = new Map<
    string,
    { written: number | undefined; outputs: Promise<Record<string, unknown>> }
  >();

  private constructor(
    readonly folder: string,
    readonly environment: NodeJS.ProcessEnv,
    private readonly user?: { uid: number; gid: number },
  ) {}

  /** Creates the clone. Its path contains a space, because a user's path may. */
  static create(): TestProject {
    const folder = join(mkdtempSync(join(tmpdir(), "chat-perf-e2e-")), "a clone");
    const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
      cwd: root,
    });
    for (const file of files.toString().split("\0").filter(Boolean)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      cpSync(join(root, file), join(folder, file));
    }
    // This clone's own salts are in no commit.
    for (const file of readdirSync(folder).filter((name) => /^Pulumi\..+\.yaml$/.test(name))) {
      const text = readFileSync(join(folder, file), "utf8");
      writeFileSync(join(folder, file), text.replace(/^encryptionsalt: .*\n/m, ""));
    }
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    const state = join(folder, ".pulumi", "state");
    mkdirSync(state, { recursive: true, mode: 0o700 });
    const environment = {
      ...toolchainEnvironment(root),
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: "chat-perf",
    };
    return new TestProject(folder, environment);
  }

  /** The same clone in another folder, to which a test has copied or moved it. */
  at(folder: string): TestProject {
    const state = join(folder, ".pulumi", "state");
    return new TestProject(folder, { ...this.environment, PULUMI_BACKEND_URL: `file://${state}` });
  }

  /** The same clone, whose commands another user runs. */
  ownedBy({ uid, gid }: { uid: number; gid: number }, environment: NodeJS.ProcessEnv): TestProject {
    return new TestProject(this.folder, { ...this.environment, ...environment }, { uid, gid });
  }

  /** Sets configuration keys in the file of a stack, as a person does. */
  configure(stack: string, values: Record<string, string | number>): void {
    const file = join(this.folder, `Pulumi.${stack}.yaml`);
    const kept = readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => !Object.keys(values).some((key) => line.trim().startsWith(`chat-perf:${key}:`)));
    const added = Object.entries(values).map(
      ([key, value]) => `  chat-perf:${key}: ${JSON.stringify(value)}`,
    );
    const at = kept.findIndex((line) => line.startsWith("config:"));
    kept.splice(at + 1, 0, ...added);
    writeFileSync(file, kept.join("\n"));
  }

  /** Runs `pulumi` without colours or questions. */
  pulumi(...args: string[]): Promise<CommandResult> {
    return this.run("pulumi", [...args, "--non-interactive", "--color", "never"]);
  }

  run(command: string, args: string[], environment: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
    return new Promise((done) => {
      let output = "";
      const child = execFile(
        command,
        args,
        {
          cwd: this.folder,
          env: { ...this.environment, ...environment },
          maxBuffer: 1 << 28,
          ...this.user,
        },
        (error, stdout) => {
          this.transcript += output;
          done({ code: error === null ? 0 : Number(error.code ?? 1), output, stdout });
        },
      );
      const collect = (chunk: string): void => {
        output += chunk;
      };
      child.stdout?.on("data", collect);
      child.stderr?.on("data", collect);
      child.stdin?.end();
    });
  }

  /** The value of a stack output. */
  async output<T>(stack: string, name: string): Promise<T> {
    const outputs = await this.outputs(stack);
    if (!(name in outputs)) throw new Error(`The stack ${stack} has no output ${name}.`);
    return outputs[name] as T;
  }

  /** All outputs of a stack. They are read once for each state that it has, because the CLI needs 0.4 s for them. */
  private outputs(stack: string): Promise<Record<string, unknown>> {
    const written = statSync(this.stateOf(stack), { throwIfNoEntry: false })?.mtimeMs;
    const known = this.#outputs.get(stack);
    if (known !== undefined && known.written === written) return known.outputs;
    const outputs = this.pulumi("stack", "output", "-s", stack, "--json", "--show-secrets").then(
      ({ code, stdout, output }) => {
        if (code !== 0) throw new Error(output);
        return JSON.parse(stdout) as Record<string, unknown>;
      },
    );
    this.#outputs.set(stack, { written, outputs });
    return outputs;
  }

  /** The administrator's URL of the database `postgres` on the stack's server. */
  async adminUrl(stack: string): Promise<string> {
    const { stdout } = await this.pulumi("stack", "export", "-s", stack, "--show-secrets");
    return /postgresql:\/\/postgres:[^@"]+@[^/"]+\/postgres(\?sslmode=[^"&\\]*)?/.exec(stdout)![0];
  }

  /** The file with the stack's state. */
  private stateOf(stack: string): string {
    const backend = this.environment.PULUMI_BACKEND_URL!.replace("file://", "");
    return join(backend, ".pulumi", "stacks", "chat-perf", `${stack}.json`);
  }

  /** Whether the stack's state has a resource, or cannot be read. */
  hasResources(stack: string): boolean {
    const state = this.stateOf(stack);
    if (!existsSync(state)) return false;
    try {
      const { checkpoint } = JSON.parse(readFileSync(state, "utf8")) as {
        checkpoint: { latest?: { resources?: unknown[]; pending_operations?: unknown[] } };
      };
      const { resources = [], pending_operations: pending = [] } = checkpoint.latest ?? {};
      return resources.length + pending.length > 0;
    } catch {
      return true;
    }
  }

  /** The files and folders that stacks have created in the project's folder. */
  leftovers(): string[] {
    return readdirSync(this.folder).filter((name) => [".secrets", ".postgres", "reports"].includes(name));
  }

  /** Destroys the stacks that still exist, and removes the folder. */
  async dispose(...stacks: string[]): Promise<void> {
    for (const stack of stacks) {
      if (this.hasResources(stack)) await this.pulumi("destroy", "--yes", "--skip-preview", "-s", stack);
    }
    rmSync(dirname(this.folder), { recursive: true, force: true });
  }
}

/** A dataset that loads in seconds and still passes all eight checks. */
export const small = { messages: 20_000, users: 500, conversations: 400 };
