import type { StackValidationPolicy } from "@pulumi/policy";
import { isLoopback } from "../../config/networks";
import { known, list, objects } from "../rule";
import { networkViolations } from "./network";

const CONTAINER = "docker:index/container:Container";
const SERVER = "pulumi-nodejs:dynamic/chatperf:DockerServer";

/** PostgreSQL's port in the container, the only one whose connections its access rules decide on. */
const POSTGRESQL = 5432;

/**
 * What is wrong with the ports of a container, each with what to change.
 *
 * @param container its inputs
 * @param admitted networks that the server in it admits; undefined where its access rules are not the stack's
 */
export function portViolations(
  container: Readonly<Record<string, unknown>>,
  admitted: readonly string[] | undefined,
): string[] {
  const named = admitted !== undefined && admitted.length > 0 && networkViolations(admitted).length === 0;
  return [
    ...(container.publishAllPorts === true
      ? ["Every port that the image exposes is published on 0.0.0.0: remove publishAllPorts."]
      : []),
    ...objects(container.ports).flatMap(({ ip, internal }) => {
      const address = typeof ip === "string" && ip !== "" ? ip : "0.0.0.0";
      if (isLoopback(address.replace(/^\[(.*)\]$/, "$1")) || (named && Number(internal) === POSTGRESQL))
        return [];
      const port = typeof internal === "number" ? String(internal) : "?";
      return [
        `Port ${port} is published on ${address}: set its ip to 127.0.0.1, or name networks in chat-perf:allowedCidrs.`,
      ];
    }),
  ];
}

/** A container's port is open to this machine alone, or the access rules that the stack writes admit named networks. */
export const portsPolicy: StackValidationPolicy = {
  name: "ports-are-published-on-loopback",
  description: "A container's port is open to this machine alone, or its server admits named networks only.",
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
