import { isIP } from "node:net";

/**
 * A network, parsed from CIDR notation. Every address has 128 bits. IPv4 addresses are IPv4-mapped addresses of IPv6.
 */
export interface Network {
  first: bigint;
  last: bigint;
  /** The network and the single address, when the text has bits beyond the prefix, as `10.0.0.1/8` has. */
  hostBits?: { network: string; address: string };
  /** Whether it is IPv6 notation for IPv4 addresses, e.g. `::ffff:10.0.0.0/104`. */
  mapped: boolean;
}

/** The largest number of public IPv4 addresses that may be admitted: a /16. */
export const MOST_IPV4 = 2n ** 16n;
/** The largest number of public IPv6 addresses that may be admitted: a /48, which is the size of a site (RFC 6177). */
export const MOST_IPV6 = 2n ** 80n;

type Range = readonly [first: bigint, last: bigint];

/** The range of the IPv4 addresses, `::ffff:0:0/96`. */
const IPV4: Range = [0xffff_0000_0000n, 0xffff_ffff_ffffn];

/** The IPv6 prefixes whose last 32 bits are an IPv4 address (RFC 4291, RFC 6052). */
const embedding = ["::/96", "64:ff9b::/96"].map(rangeOf);

/**
 * The networks that cannot be reached from the internet: private, shared, link-local and loopback networks (RFC 6890).
 */
const local = [
  ...["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8"],
  ...["fc00::/7", "fe80::/10", "::1/128"],
].map(rangeOf);

/** Parses a network in CIDR notation. Undefined when the text is not a network. */
export function parseNetwork(text: string): Network | undefined {
  const [, address = "", digits = ""] = /^([\da-fA-F.:]+)\/(\d{1,3})$/.exec(text.trim()) ?? [];
  const family = isIP(address);
  const width = family === 4 ? 32 : 128;
  const prefix = Number(digits);
  if (family === 0 || prefix > width) return undefined;
  const value = addressValue(address);
  const rest = (1n << BigInt(width - prefix)) - 1n;
  const first = value & ~rest;
  return {
    first,
    last: value | rest,
    mapped: family === 6 && first >= IPV4[0] && (value | rest) <= IPV4[1],
    ...(first !== value && {
      hostBits: {
        network: `${family === 4 ? ipv4Text(first) : ipv6Text(first)}/${prefix}`,
        address: `${address}/${width}`,
      },
    }),
  };
}

/**
 * Counts the public addresses in some networks. An address in several networks counts once.
 *
 * Local addresses do not count. IPv4 addresses in IPv6 notation count as IPv4 addresses.
 */
export function publicAddresses(networks: readonly Network[]): { ipv4: bigint; ipv6: bigint } {
  const ranges = networks.flatMap(({ first, last }): Range[] => [
    [first, last],
    ...embedding
      .map(([from, to]): Range => [max(first, from) - from + IPV4[0], min(last, to) - from + IPV4[0]])
      .filter(([from, to]) => from <= to),
  ]);
  const reached = without(merge(ranges), local);
  const ipv4 = size(reached.map(([from, to]) => [max(from, IPV4[0]), min(to, IPV4[1])]));
  const ipv6 = size(without(reached, [IPV4, ...embedding]));
  return { ipv4, ipv6 };
}

/** Whether a host name is this machine: `localhost`, an address of 127.0.0.0/8 in any notation, or `::1`. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  if (name === "localhost") return true;
  const address = isIP(name) === 0 ? shortIpv4(name) : name;
  if (address === undefined) return false;
  const value = addressValue(address);
  return value === 1n || (value >= addressValue("127.0.0.0") && value <= addressValue("127.255.255.255"));
}

/** The address for a short notation that resolvers accept, such as `127.1` and `0x7f000001`. */
function shortIpv4(name: string): string | undefined {
  if (!/^(?:0x[\da-f]+|\d+)(?:\.(?:0x[\da-f]+|\d+)){0,3}$/.test(name)) return undefined;
  return URL.canParse(`http://${name}`) ? new URL(`http://${name}`).hostname : undefined;
}

/** An address as a number. The URL parser converts every notation of IPv6 to groups of hexadecimal digits. */
function addressValue(address: string): bigint {
  if (isIP(address) === 4) {
    return address.split(".").reduce((sum, byte) => sum * 256n + BigInt(byte), 0n) + 0xffff_0000_0000n;
  }
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return [...before, ...zeros, ...after].reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function ipv4Text(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");
}

function ipv6Text(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16),
  );
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}

function rangeOf(text: string): Range {
  const { first, last } = parseNetwork(text)!;
  return [first, last];
}

function merge(ranges: readonly Range[]): Range[] {
  const merged: [bigint, bigint][] = [];
  for (const [first, last] of ranges.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const previous = merged.at(-1);
    if (previous !== undefined && first <= previous[1] + 1n) previous[1] = max(previous[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

/** The parts of `ranges` that are not in `others`. */
function without(ranges: readonly Range[], others: readonly Range[]): Range[] {
  return others.reduce<Range[]>(
    (left, [from, to]) =>
      left.flatMap(([first, last]) => {
        const below: Range = [first, min(last, from - 1n)];
        const above: Range = [max(first, to + 1n), last];
        return [below, above].filter(([a, b]) => a <= b);
      }),
    [...ranges],
  );
}

function size(ranges: readonly Range[]): bigint {
  return ranges.reduce((sum, [first, last]) => (first > last ? sum : sum + last - first + 1n), 0n);
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
