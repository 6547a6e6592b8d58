import * as pulumi from "@pulumi/pulumi";
import type { Band } from "../config";
import { EmbeddedServer } from "./embedded-server";
import { ExistingServer } from "./existing-server";
import type { Server } from "./server";

/** The server that the band's target asks for. */
export function serverOf(band: Band): Server {
  const { stack, target, dataset, diskCheck } = band;
  switch (target.kind) {
    case "embedded":
      return new EmbeddedServer(stack, {
        ...{ stack, ...target, dataset, diskCheck },
        database: band.database,
        roles: [band.ownerRole, band.role],
        allowedCidrs: band.allowedCidrs,
      });
    case "existing":
      return new ExistingServer(stack, {
        ...{ ...target, dataset, diskCheck },
        database: band.database,
        roles: [band.ownerRole, band.role],
        settings: band.settings,
        protectedNames: band.protectedNames,
      });
    default:
      throw new pulumi.RunError(`chat-perf:target: ${target.kind} is not supported yet.`);
  }
}
