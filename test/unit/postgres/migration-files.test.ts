import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { readMigrations } from "../../../postgres/migration-files";
import { ExpectedError } from "../../../common/errors";
import { setUpEach } from "../../support/fixture";

describe("migration files", () => {
  let folder: string;
  setUpEach((undo) => {
    folder = mkdtempSync(join(tmpdir(), "chat-perf-migrations-"));
    undo(() => {
      rmSync(folder, { recursive: true });
    });
  });

  function write(name: string, sql: string | Buffer): void {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "migration.sql"), sql);
  }

  it("are read in the order of their names, with the checksum that Prisma records", () => {
    write("20250102_b", "SELECT 2");
    write("20250101_a", "");
    writeFileSync(join(folder, "migration_lock.toml"), 'provider = "postgresql"\n');
    expect(readMigrations(folder)).to.deep.equal([
      {
        name: "20250101_a",
        sql: "",
        checksum: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      },
      {
        name: "20250102_b",
        sql: "SELECT 2",
        checksum: readMigrations(folder)[1]!.checksum,
      },
    ]);
  });

  it("of the project make the chat schema", () => {
    const names = readMigrations(resolve(__dirname, "../../../prisma/migrations")).map(({ name }) => name);
    expect(names[0]).to.equal("20250101000000_chat_schema");
  });

  it("must be there", () => {
    expect(() => readMigrations(join(folder, "missing"))).to.throw(
      ExpectedError,
      /migrationsDir\) cannot be read: ENOENT/,
    );
    expect(() => readMigrations(folder)).to.throw(ExpectedError, /migrationsDir\) has no migrations/);
  });

  it("must have their script", () => {
    mkdirSync(join(folder, "20250101_empty"));
    expect(() => readMigrations(folder)).to.throw(
      ExpectedError,
      /20250101_empty\/migration\.sql cannot be read.*P3015/,
    );
  });

  it("must be text in UTF-8", () => {
    write("20250101_latin", Buffer.from([0xe4]));
    expect(() => readMigrations(folder)).to.throw(ExpectedError, /is not UTF-8 text/);
  });

  it("must be for PostgreSQL", () => {
    write("20250101_a", "SELECT 1");
    writeFileSync(join(folder, "migration_lock.toml"), 'provider = "mysql"\n');
    expect(() => readMigrations(folder)).to.throw(
      ExpectedError,
      /are for mysql, not for postgresql \(P3019\)/,
    );
  });
});
