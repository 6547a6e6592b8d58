import { expect } from "chai";
import { Client } from "pg";
import { type CommandResult, small, TestProject } from "../project";
import type { Undo } from "../undoing";
import { watchCommandLines } from "./command-lines";

/** The stack "dev" on this machine, which several suites of one file examine one after the other. */
export class DevStack {
  project!: TestProject;
  /** What `up` printed when it created the stack. */
  created!: CommandResult;
  /** The command lines of all processes while the stack was created. */
  readonly commandLines = new Set<string>();

  /** Prepares the project, without a stack. */
  prepare(undo: Undo): void {
    this.project = TestProject.create();
    undo(() => this.project.dispose("dev"));
    this.project.configure("dev", small);
  }

  /** Creates everything. */
  async create(): Promise<void> {
    const stopWatching = watchCommandLines(this.commandLines);
    this.created = await this.up().finally(stopWatching);
    expect(this.created.code, this.created.output).to.equal(0);
  }

  up(...more: string[]): Promise<CommandResult> {
    return this.project.pulumi("up", "--yes", "--skip-preview", "-s", "dev", ...more);
  }

  refresh(...more: string[]): Promise<CommandResult> {
    return this.project.pulumi("refresh", "--yes", "--skip-preview", "-s", "dev", ...more);
  }

  /** Runs `up` with other configuration, successfully. */
  async update(config: Record<string, string | number> = {}): Promise<string> {
    this.project.configure("dev", config);
    const { code, output } = await this.up();
    expect(code, output).to.equal(0);
    return output;
  }

  /** Proves that nothing is left to be done. */
  async isClean(): Promise<void> {
    const { code, output } = await this.up("--expect-no-changes");
    expect(code, output).to.equal(0);
  }

  output<T>(name: string): Promise<T> {
    return this.project.output<T>("dev", name);
  }

  url(): Promise<string> {
    return this.output("DATABASE_URL");
  }

  /** The rows of the last of some statements, by default as the application. */
  async query<Row extends object>(statements: string | string[], url?: string): Promise<Row[]> {
    const client = new Client(url ?? (await this.url()));
    await client.connect();
    try {
      let rows: Row[] = [];
      for (const sql of [statements].flat()) rows = (await client.query<Row>(sql)).rows;
      return rows;
    } finally {
      await client.end();
    }
  }

  async messages(): Promise<number> {
    const [row] = await this.query<{ count: number }>("SELECT count(*)::int FROM messages");
    return row!.count;
  }
}
