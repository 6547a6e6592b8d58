import { assertRoom, type DiskNeed, type DiskSpace } from "../disk-space";
import { runIn } from "./container";
import { engine } from "./engine";

const KB = 1024;

/**
 * Checks that the file system of a container's data folder has room for a dataset. What lies in the folder already
 * counts as room: it is the dataset's own.
 *
 * @throws ExpectedError with both figures when there is too little
 */
export async function assertContainerDiskSpace(
  container: string,
  dataDirectory: string,
  need: DiskNeed,
): Promise<DiskSpace> {
  // The last line of df names the file system, its kilobytes, those in use and those available.
  const script = 'df -Pk "$1" | tail -n 1 | awk \'{ print $4 }\'; du -sk "$1" 2>/dev/null | cut -f 1';
  const { output } = await runIn(engine().getContainer(container), ["sh", "-c", script, "sh", dataDirectory]);
  const [free, own] = output.split("\n").map(Number);
  return assertRoom(
    { where: `the volume ${container} of the Docker Engine`, available: (free! + own!) * KB },
    need,
  );
}
