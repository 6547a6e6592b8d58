import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { passphraseFile, stateFolder } from "./layout";

/**
 * The passphrase of the local backend's secrets. It is no secret itself: the salts in the stack files belong to
 * it, and what protects local state is that the folder admits its owner alone. A team that shares state changes
 * it by `pulumi stack change-secrets-provider`.
 */
export const DEFAULT_PASSPHRASE = "chat-perf";

/** Makes the folder for local state and the passphrase file, readable by their owner alone. Keeps what is there. */
export function prepareLocalBackend(root: string): void {
  const [state, passphrase] = [stateFolder(root), passphraseFile(root)];
  mkdirSync(state, { recursive: true });
  for (const folder of [dirname(state), state]) chmodSync(folder, 0o700);
  if (!existsSync(passphrase)) writeFileSync(passphrase, `${DEFAULT_PASSPHRASE}\n`, { mode: 0o600 });
}
