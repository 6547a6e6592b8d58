import type { Band } from "../config";
import { DockerServer } from "./docker-server";
import { EmbeddedServer } from "./embedded-server";
import { ExistingServer } from "./existing-server";
import type { Server } from "./server";

/** Creates the kind of server that the band's target names. */
export function createServer(band: Band): Server {
  const { stack, target, dataset, diskCheck } = band;
  switch (target.kind) {
    case "embedded":
      return new EmbeddedServer(stack, {
        stack,
        ...target,
        dataset,
        diskCheck,
        protect: band.protect,
        database: band.database,
        roles: [band.ownerRole, band.role],
        allowedCidrs: band.allowedCidrs,
      });
    case "docker":
      return new DockerServer(stack, {
        stack,
        ...target,
        dataset,
        diskCheck,
        protect: band.protect,
        database: band.database,
        roles: [band.ownerRole, band.role],
        allowedCidrs: band.allowedCidrs,
        settings: band.settings,
      });
    case "existing":
      return new ExistingServer(stack, {
        ...target,
        dataset,
        diskCheck,
        database: band.database,
        roles: [band.ownerRole, band.role],
        settings: band.settings,
        protectedNames: band.protectedNames,
        passwordForm: band.passwordForm,
      });
  }
}
