import type { Band } from "../config";
import { DockerServer } from "./docker-server";
import { EmbeddedServer } from "./embedded-server";
import { ExistingServer } from "./existing-server";
import type { Server } from "./server";

/** Creates the kind of server that the band's target names. */
export function createServer(band: Band): Server {
  const { stack, target, settings } = band;
  const common = {
    dataset: band.dataset,
    diskCheck: band.diskCheck,
    database: band.database,
    roles: [band.ownerRole, band.role],
  };
  const own = { ...common, stack, protect: band.protect, allowedCidrs: band.allowedCidrs };
  switch (target.kind) {
    case "embedded":
      return new EmbeddedServer(stack, { ...own, ...target });
    case "docker":
      return new DockerServer(stack, { ...own, ...target, settings });
    case "existing":
      return new ExistingServer(stack, {
        ...common,
        ...target,
        settings,
        protectedNames: band.protectedNames,
        passwordForm: band.passwordForm,
      });
  }
}
