import { isLoopback, MOST_IPV4, MOST_IPV6, parseNetwork, publicAddresses } from "../../config/networks";
import { list, type Rule } from "../rule";
import { formatCount } from "../../common/format";

const PROVIDER = "pulumi:providers:postgresql";
const SERVERS = [
  "pulumi-nodejs:dynamic/chatperf:EmbeddedServer",
  "pulumi-nodejs:dynamic/chatperf:DockerServer",
];

const advice = "name yours in chat-perf:allowedCidrs";

/** What is wrong with the networks that a server admits, each with what to change. */
export function networkViolations(networks: readonly string[]): string[] {
  const parsed = networks.map((text) => ({ text, network: parseNetwork(text) }));
  const everything = networks.filter((text) => /\/0+$/.test(text.trim()));
  if (everything.length > 0) return everything.map((text) => `${text} is every network: ${advice}.`);
  const malformed = parsed.flatMap(({ text, network }) => {
    if (network === undefined) return [`${text} is no network: ${advice}, such as 10.0.0.0/8.`];
    const { hostBits } = network;
    return hostBits === undefined
      ? []
      : [
          `${text} admits all of ${hostBits.network}: write that, or ${hostBits.address}, in chat-perf:allowedCidrs.`,
        ];
  });
  const { ipv4, ipv6 } = publicAddresses(parsed.flatMap(({ network }) => network ?? []));
  const count = formatCount(ipv4);
  return [
    ...malformed,
    ...(ipv4 > MOST_IPV4
      ? [
          `${networks.join(", ")} admit ${count} public addresses of IPv4, of which a stack may admit 65,536 (a /16): ${advice}.`,
        ]
      : []),
    ...(ipv6 > MOST_IPV6
      ? [`${networks.join(", ")} admit more public addresses of IPv6 than a site has (a /48): ${advice}.`]
      : []),
  ];
}

/** A provider's host that is another machine; undefined for this one, which a socket's folder is on as well. */
function otherHost(host: unknown): string | undefined {
  return typeof host === "string" && host !== "" && !host.startsWith("/") && !isLoopback(host)
    ? host
    : undefined;
}

/** Modes of libpq by which a connection may be without encryption. */
const inClear = ["disable", "allow", "prefer"];

export const networkRules: Rule[] = [
  {
    name: "networks-are-named",
    description: "A server is reached from this machine and from networks that somebody has named.",
    types: SERVERS,
    violations: ({ props }) => networkViolations(list(props.allowedCidrs)),
  },
  {
    name: "other-hosts-are-encrypted",
    description: "Passwords and rows cross no network in clear.",
    types: [PROVIDER],
    violations: ({ props: { host, sslmode } }) => {
      const other = otherHost(host);
      return other !== undefined && inClear.includes(String(sslmode))
        ? [`The connection to ${other} is not encrypted: set chat-perf:sslmode to verify-full.`]
        : [];
    },
  },
  {
    name: "other-hosts-are-verified",
    description:
      "An encrypted connection may still end at a server that only pretends to be the one that was meant.",
    enforcementLevel: "advisory",
    types: [PROVIDER],
    violations: ({ props: { host, sslmode = "require" } }) => {
      const other = otherHost(host);
      return other !== undefined && sslmode === "require"
        ? [
            `Nothing proves that ${other} is the server that was meant: set chat-perf:sslmode to verify-full, and chat-perf:sslRootCert to the certificate of whoever signed the server's.`,
          ]
        : [];
    },
  },
];
