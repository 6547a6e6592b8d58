import { isLoopback, MOST_IPV4, MOST_IPV6, parseNetwork, publicAddresses } from "../../config/networks";
import { list, type Rule } from "../rule";
import { formatCount } from "../../common/format";

const PROVIDER = "pulumi:providers:postgresql";
const SERVERS = [
  "pulumi-nodejs:dynamic/chatperf:EmbeddedServer",
  "pulumi-nodejs:dynamic/chatperf:DockerServer",
];

const advice = "list your networks in chat-perf:allowedCidrs";

/** The violations in the networks that a server admits. Each sentence says what to change. */
export function networkViolations(networks: readonly string[]): string[] {
  const parsed = networks.map((text) => ({ text, network: parseNetwork(text) }));
  const everything = networks.filter((text) => /\/0+$/.test(text.trim()));
  if (everything.length > 0) return everything.map((text) => `${text} is every network: ${advice}.`);
  const malformed = parsed.flatMap(({ text, network }) => {
    if (network === undefined) return [`${text} is not a network: ${advice}, such as 10.0.0.0/8.`];
    const { hostBits } = network;
    return hostBits === undefined
      ? []
      : [
          `${text} admits all of ${hostBits.network}: write ${hostBits.network}, or ${hostBits.address} for the one address, in chat-perf:allowedCidrs.`,
        ];
  });
  const { ipv4, ipv6 } = publicAddresses(parsed.flatMap(({ network }) => network ?? []));
  const count = formatCount(ipv4);
  return [
    ...malformed,
    ...(ipv4 > MOST_IPV4
      ? [
          `${networks.join(", ")} admit ${count} public IPv4 addresses, and a stack may admit 65,536 of them (a /16): ${advice}.`,
        ]
      : []),
    ...(ipv6 > MOST_IPV6
      ? [`${networks.join(", ")} admit more public IPv6 addresses than a site has (a /48): ${advice}.`]
      : []),
  ];
}

/** The host of a provider if it is another machine. Undefined for this machine and for a socket's folder. */
function otherHost(host: unknown): string | undefined {
  return typeof host === "string" && host !== "" && !host.startsWith("/") && !isLoopback(host)
    ? host
    : undefined;
}

/** The modes of libpq in which a connection may be unencrypted. */
const inClear = ["disable", "allow", "prefer"];

export const networkRules: Rule[] = [
  {
    name: "networks-are-named",
    description: "Only this machine and the listed networks can connect to a server.",
    types: SERVERS,
    violations: ({ props }) => networkViolations(list(props.allowedCidrs)),
  },
  {
    name: "other-hosts-are-encrypted",
    description: "Passwords and rows are encrypted on every network.",
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
    description: "The identity of a server on another machine is verified.",
    enforcementLevel: "advisory",
    types: [PROVIDER],
    violations: ({ props: { host, sslmode = "require" } }) => {
      const other = otherHost(host);
      return other !== undefined && sslmode === "require"
        ? [
            `The identity of ${other} is not verified: set chat-perf:sslmode to verify-full, and chat-perf:sslRootCert to the certificate of the authority that signed the server's certificate.`,
          ]
        : [];
    },
  },
];
