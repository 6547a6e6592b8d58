import type { StackValidationPolicy } from "@pulumi/policy";
import { isLoopback } from "../../config/networks";
import { isTrue, known, list, objects } from "../rule";
import { networkViolations } from "./network";

const CONTAINER = "docker:index/container:Container";
const SERVER = "pulumi-nodejs:dynamic/chatperf:DockerServer";

/** PostgreSQL's port in the container. PostgreSQL's access rules protect only this port. */
const POSTGRESQL = 5432;

/**
 * The violations in the ports of a container. Each sentence says what to change.
 *
 * @param container the inputs of the container
 * @param admitted the networks that its server admits; undefined when the stack does not write the access rules
 */
export function portViolations(
  container: Readonly<Record<string, unknown>>,
  admitted: readonly string[] | undefined,
): string[] {
  const named = admitted !== undefined && admitted.length > 0 && networkViolations(admitted).length === 0;
  return [
    ...(isTrue(container.publishAllPorts)
      ? ["Every port that the image exposes is published on 0.0.0.0: remove publishAllPorts."]
      : []),
    ...objects(container.ports).flatMap(({ ip, internal }) => {
      const address = typeof ip === "string" && ip !== "" ? ip : "0.0.0.0";
      if (isLoopback(address.replace(/^\[(.*)\]$/, "$1")) || (named && Number(internal) === POSTGRESQL))
        return [];
      const port = typeof internal === "number" ? String(internal) : "?";
      return [
        `Port ${port} is published on ${address}: set its ip to 127.0.0.1, or list your networks in chat-perf:allowedCidrs.`,
      ];
    }),
  ];
}

/**
 * The policy for published ports. A port is open to this machine only, or the server's access rules admit only listed
 * networks.
 */
export const portsPolicy: StackValidationPolicy = {
  name: "ports-are-published-on-loopback",
  description: "A container's port is open to this machine only, or its server admits only listed networks.",
  enforcementLevel: "mandatory",
  validateStack: ({ resources }, report) => {
    const servers = resources.filter(({ type }) => type === SERVER);
    for (const { urn, props } of resources.filter(({ type }) => type === CONTAINER)) {
      const server = servers.find(({ propertyDependencies }) =>
        propertyDependencies.containerId?.some((container) => container.urn === urn),
      );
      const admitted = server && list(known(server.props).allowedCidrs);
      for (const violation of portViolations(known(props), admitted)) report(violation, urn);
    }
  },
};
