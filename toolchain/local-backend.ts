import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { passphraseFile, stateFolder } from "./layout";

/**
 * The passphrase of the local backend's secrets. It is not secret: local state is protected because only its owner can
 * read the folder. A team that shares state sets PULUMI_CONFIG_PASSPHRASE to another one.
 */
export const DEFAULT_PASSPHRASE = "chat-perf";

/**
 * Creates the folder for local state and the passphrase file, which only their owner can read. Existing ones are kept.
 */
export function prepareLocalBackend(root: string): void {
  const [state, passphrase] = [stateFolder(root), passphraseFile(root)];
  mkdirSync(state, { recursive: true });
  for (const folder of [dirname(state), state]) chmodSync(folder, 0o700);
  if (!existsSync(passphrase)) writeFileSync(passphrase, `${DEFAULT_PASSPHRASE}\n`, { mode: 0o600 });
}
