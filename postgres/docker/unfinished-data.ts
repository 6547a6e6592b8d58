import { buffer } from "node:stream/consumers";
import type { Container } from "dockerode";
import type { Log } from "../../common/progress";
import { ignoring } from "./container";
import { engine } from "./engine";

/** The beginning of the access rules that this program writes. Writing them is the last step of creating a server. */
const OURS = "# Written by chat-perf";

/**
 * Removes a data folder whose initialisation was interrupted, and starts the container again. A folder whose server was
 * ready once is left unchanged.
 *
 * @returns whether the initialisation had been interrupted
 */
export async function removeUnfinishedData(
  container: Container,
  dataDirectory: string,
  log: Log,
): Promise<boolean> {
  const info = await container.inspect().catch(ignoring(404));
  if (info === undefined) return false;
  const rules = await container.getArchive({ path: `${dataDirectory}/pg_hba.conf` }).catch(ignoring(404));
  if (rules !== undefined && (await buffer(rules)).includes(OURS)) return false;
  log("Creating the data folder again, because its initialisation was interrupted");
  await container.stop().catch(ignoring(304));
  const removal = await engine().createContainer({
    Image: info.Image,
    Entrypoint: ["rm", "-rf", dataDirectory],
    Cmd: [],
    HostConfig: { Binds: info.HostConfig.Binds ?? [] },
  });
  try {
    await removal.start();
    await removal.wait();
  } finally {
    await removal.remove({ force: true, v: true });
  }
  await container.start().catch(ignoring(304));
  return true;
}
