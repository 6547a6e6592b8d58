import { statSync } from "node:fs";

// A folder for temporary files may be gone, as after a reboot or at the end of a session. The system's own one does then,
// where Pulumi's SDK would end in an error.
for (const name of ["TMPDIR", "TMP", "TEMP"]) {
  const folder = process.env[name];
  if (folder !== undefined && statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    Reflect.deleteProperty(process.env, name);
  }
}
