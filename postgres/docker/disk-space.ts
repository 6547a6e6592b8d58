import { assertRoom, type DiskNeed, type DiskSpace } from "../disk-space";
import { runIn } from "./container";
import { engine } from "./engine";

const KB = 1024;

/**
 * Checks that the file system of a container's data folder has enough space for a dataset. Files that are already in
 * the folder count as available space, because they belong to the dataset.
 *
 * @throws ExpectedError with both figures when there is too little space
 */
export async function assertContainerDiskSpace(
  container: string,
  dataDirectory: string,
  need: DiskNeed,
): Promise<DiskSpace> {
  // The last line of df has the file system, its kilobytes, those in use and those available.
  const script = 'df -Pk "$1" | tail -n 1 | awk \'{ print $4 }\'; du -sk "$1" 2>/dev/null | cut -f 1';
  const { output } = await runIn(engine().getContainer(container), ["sh", "-c", script, "sh", dataDirectory]);
  const [free, own] = output.split("\n").map(Number);
  return assertRoom(
    { where: `the volume ${container} of the Docker Engine`, available: (free! + own!) * KB },
    need,
  );
}
