import type { PeerRuns } from "../measure";
import { figuresOf, isWholeLoad, type Figures, type Scope } from "./figures";

/** How many times as fast as a peer the generator is, by each measure. */
export interface Ratio {
  /** The peer's name. */
  peer: string;
  scope: Scope;
  rowsPerSecond: number;
  bytesPerSecond?: number;
  tableBytesPerSecond: number;
  /** The generator's time over the peer's, where both load the same rows. */
  time?: number;
}

/** Compares the generator with each peer: by the whole load where the peer has one, and by the rows. */
export function ratiosOf(peers: readonly PeerRuns[]): Ratio[] {
  const ours = peers.find(({ name }) => name === "ours");
  if (ours === undefined) return [];
  const others = peers.filter(({ name, runs }) => name !== "ours" && runs.length > 0);
  const ratios = (scope: Scope, compared: PeerRuns[]): Ratio[] =>
    compared.flatMap((peer) => {
      const [own, other] = [figuresOf(ours, scope), figuresOf(peer, scope)];
      return own && other ? [{ peer: peer.name, scope, ...ratio(own, other) }] : [];
    });
  return [...ratios("load", others.filter(isWholeLoad)), ...ratios("rows", others)];
}

function ratio(own: Figures, other: Figures): Omit<Ratio, "peer" | "scope"> {
  const bytes =
    own.bytesPerSecond === undefined || other.bytesPerSecond === undefined
      ? undefined
      : own.bytesPerSecond / other.bytesPerSecond;
  return {
    rowsPerSecond: own.rowsPerSecond / other.rowsPerSecond,
    ...(bytes !== undefined && { bytesPerSecond: bytes }),
    tableBytesPerSecond: own.tableBytesPerSecond / other.tableBytesPerSecond,
    ...(own.rows === other.rows && { time: own.seconds / other.seconds }),
  };
}
