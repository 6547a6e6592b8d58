import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { passphraseFile } from "./layout";
import { DEFAULT_PASSPHRASE } from "./local-backend";

/** The salts of the bands that belong to the default passphrase. Like the passphrase, they are not secret. */
const DEFAULT_SALTS = {
  dev: "v1:C/g74j0r8ZE=:v1:nKzEmFlWx0feXaXp:bzI8edUl1fTecWWTxRJrsCFDZtc36A==",
  staging: "v1:4OI6eyS2Bhs=:v1:z1ZwjnXghQST0RT9:ZdGePLmRE86rm6C24ya5GfYrkCTs4A==",
  perf: "v1:zPqQlhrL4yc=:v1:8DwaUzKwmOYJz2hm:yHBi8MONljYv0G4ClseXE/Hi8tnlpA==",
};

const saltLine = /^encryptionsalt: .*\n?/m;

/**
 * Prints a stack's file without its salt, for git. A file with a secret value is printed unchanged, because it needs
 * the salt.
 */
const CLEAN =
  `awk '{ line[NR] = $0 } /^ +secure: / { needed = 1 } ` +
  `END { for (n = 1; n <= NR; n++) if (needed || line[n] !~ /^encryptionsalt: /) print line[n] }'`;

/**
 * Keeps the salts in the files of the bands out of git and out of the way. The CLI checks a passphrase by the salt in
 * the stack's file, and writes one that is missing. So a committed salt would refuse every other passphrase, and a
 * missing one would make each clone dirty.
 *
 * @param environment the variables that the CLI will have
 */
export function prepareSalts(root: string, environment: NodeJS.ProcessEnv): void {
  const local = isLocal(environment) && passphrase(root, environment) === DEFAULT_PASSPHRASE;
  for (const [stack, salt] of Object.entries(DEFAULT_SALTS)) {
    const file = join(root, `Pulumi.${stack}.yaml`);
    if (!existsSync(file)) continue;
    const text = readFileSync(file, "utf8");
    const [line] = saltLine.exec(text) ?? [];
    const ours = `encryptionsalt: ${salt}\n`;
    if (local && line === undefined) writeFileSync(file, `${text.replace(/\n?$/, "\n")}${ours}`);
    // The CLI then writes a salt for the passphrase of the user.
    if (!local && line === ours && !/^ +secure: /m.test(text))
      writeFileSync(file, text.replace(saltLine, ""));
  }
  hideSalts(root);
}

/** Keeps the salts that the CLI has written out of `git status` and of commits. Without git, nothing is done. */
export function hideSalts(root: string): void {
  const git = (...args: string[]) => spawnSync("git", ["-C", root, ...args], { encoding: "utf8" });
  const filter = "filter.chat-perf-salt.clean";
  const defined = git("config", "--local", "--get", filter);
  // There is no git, or the project is in no repository.
  if (defined.error !== undefined || defined.status === 128) return;
  if (defined.stdout.trimEnd() !== CLEAN) git("config", "--local", filter, CLEAN);
  const files = Object.keys(DEFAULT_SALTS)
    .map((stack) => `Pulumi.${stack}.yaml`)
    .filter((file) => existsSync(join(root, file)));
  if (files.length === 0) return;
  // Git calls a file of another size modified, until it has compared the contents.
  const changed = git("diff", "--name-only", "--relative", "--", ...files).stdout.split("\n");
  const same = files.filter((file) => !changed.includes(file));
  if (same.length > 0) git("add", "--update", "--", ...same);
}

function isLocal({ PULUMI_BACKEND_URL: backend }: NodeJS.ProcessEnv): boolean {
  return backend === undefined || backend.startsWith("file://");
}

function passphrase(root: string, environment: NodeJS.ProcessEnv): string {
  if (environment.PULUMI_CONFIG_PASSPHRASE !== undefined) return environment.PULUMI_CONFIG_PASSPHRASE;
  const file = environment.PULUMI_CONFIG_PASSPHRASE_FILE ?? passphraseFile(root);
  return existsSync(file) ? readFileSync(file, "utf8").trim() : DEFAULT_PASSPHRASE;
}
