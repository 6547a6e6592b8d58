import { list, type Rule } from "../rule";

const CONTAINER = "docker:index/container:Container";
const PROVIDER = "pulumi:providers:postgresql";
const SERVER = "pulumi-nodejs:dynamic/chatperf:EmbeddedServer";

/** Addresses of this machine alone. */
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;

/** Whether the server in a container admits the networks of chat-perf:allowedCidrs only, as its label says. */
function admitsNamedNetworks({ labels }: Record<string, unknown>): boolean {
  return (Array.isArray(labels) ? (labels as { label?: string }[]) : []).some(
    ({ label }) => label === "chat-perf.admits",
  );
}

export const networkRules: Rule[] = [
  {
    name: "networks-are-named",
    description: "A server is reached from this machine and from networks that somebody has named.",
    types: [SERVER, CONTAINER],
    violations: ({ props }) =>
      list(props.allowedCidrs)
        .filter((network) => network.endsWith("/0"))
        .map((network) => `${network} is every network: name yours in chat-perf:allowedCidrs.`),
  },
  {
    name: "ports-are-published-on-loopback",
    description:
      "A container's port is open to this machine alone, or its server admits named networks only.",
    types: [CONTAINER],
    violations: ({ props }) =>
      admitsNamedNetworks(props)
        ? []
        : (Array.isArray(props.ports) ? (props.ports as { ip?: string; internal?: number }[]) : [])
            .filter(({ ip = "0.0.0.0" }) => !loopback.test(ip))
            .map(
              ({ ip = "0.0.0.0", internal }) =>
                `Port ${internal ?? "?"} is published on ${ip}: set its ip to 127.0.0.1, or name networks in chat-perf:allowedCidrs.`,
            ),
  },
  {
    name: "containers-are-confined",
    description: "A container has neither the rights nor the network of its host.",
    types: [CONTAINER],
    violations: ({ props }) => [
      ...(props.privileged === true ? ["The container has the host's rights: remove privileged."] : []),
      ...(props.networkMode === "host"
        ? ["The container is in the host's network: give it a network of its own in networkMode."]
        : []),
    ],
  },
  {
    name: "other-hosts-are-encrypted",
    description: "Passwords and rows cross no network in clear.",
    types: [PROVIDER],
    violations: ({ props: { host, sslmode } }) =>
      typeof host === "string" && !loopback.test(host) && sslmode === "disable"
        ? [`The connection to ${host} is not encrypted: set chat-perf:sslmode to verify-full.`]
        : [],
  },
];
