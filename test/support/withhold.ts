import { accessSync, constants, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type NeedName, namesIn } from "./needs";

/** The programs with which tests and the product find each need. */
const programs: Partial<Record<NeedName, RegExp>> = {
  image: /^debootstrap$/,
  hosts: /^ip$/,
  psql: /^psql$/,
  pg_dump: /^pg_dump$/,
  "system-server": /^(initdb|pg_ctl|postgres)$/,
  browser: /^(chromium|chromium-browser|google-chrome|google-chrome-stable|chrome)$/,
  python: /^python[\d.]*$/,
  mount: /^(mount|unshare)$/,
};

/**
 * Hides the needs in `CHAT_PERF_WITHHOLD` from this process, so that the product does not find them either.
 *
 * @param folder a folder of the run
 */
export function withhold(folder: string): void {
  const withheld = namesIn("CHAT_PERF_WITHHOLD");
  if (withheld.has("docker")) process.env.DOCKER_HOST = "unix:///nonexistent/docker.sock";
  if (withheld.has("browser")) delete process.env.CHROMIUM;
  if (withheld.has("python")) process.env.CHAT_PERF_PYTHON = "/nonexistent/python";
  const hidden = [...withheld].map((name) => programs[name]).filter((pattern) => pattern !== undefined);
  if (hidden.length > 0) process.env.PATH = pathWithout(hidden, join(folder, "path"));
}

/** A PATH in which folders with these programs are replaced by folders with links to their other programs. */
function pathWithout(hidden: RegExp[], place: string): string {
  const isHidden = (name: string): boolean => hidden.some((pattern) => pattern.test(name));
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder, number) => {
      const names = programsIn(folder);
      if (!names.some(isHidden)) return folder;
      const links = join(place, String(number));
      mkdirSync(links, { recursive: true });
      for (const name of names.filter((each) => !isHidden(each)))
        symlinkSync(join(folder, name), join(links, name));
      return links;
    })
    .join(delimiter);
}

function programsIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  } catch {
    return [];
  }
}
