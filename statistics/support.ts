/** The whole numbers from xmin to xmax, as points and weights. A weighted sum over the points sums a smooth function over all numbers. */
export interface Support {
  xmin: number;
  xmax: number;
  x: Float64Array;
  logX: Float64Array;
  weight: Float64Array;
}

/** Every number below this is its own point. */
export const EXACT_BELOW = 256;

/** The logarithm of each of these numbers, at its place. */
const LOGARITHMS = Float64Array.from({ length: EXACT_BELOW }, (_, i) => Math.log(i));

/** The width of a panel in logarithms. A log-normal law of sigma 0.05 still covers several points. */
const PANEL = Math.LN2 / 4;

/** Gauss-Legendre quadrature with 8 points on [-1, 1] (Abramowitz and Stegun, table 25.4). Each point is used with both signs. */
const GAUSS = [
  [0.18343464249565, 0.362683783378362],
  [0.525532409916329, 0.313706645877887],
  [0.796666477413627, 0.222381034453374],
  [0.960289856497536, 0.101228536290376],
] as const;

/**
 * Makes the points and weights, so that a sum over millions of numbers costs as much as one over some hundred. From 256 on,
 * a sum is replaced by an integral (midpoint rule). For x^-alpha its relative error is alpha (alpha + 1) / (24 x^2), which
 * is less than 1e-5.
 */
export function supportOf(xmin: number, xmax: number): Support {
  const exact = Math.max(0, Math.min(xmax, EXACT_BELOW - 1) - xmin + 1);
  const from = Math.log(Math.max(xmin, EXACT_BELOW) - 0.5);
  const width = Math.log(xmax + 0.5) - from;
  const panels = Math.max(0, Math.ceil(width / PANEL));
  const half = width / panels / 2;
  const points = exact + panels * 2 * GAUSS.length;
  const x = new Float64Array(points);
  const logX = new Float64Array(points);
  const weight = new Float64Array(points).fill(1, 0, exact);
  for (let i = 0; i < exact; i++) {
    x[i] = xmin + i;
    logX[i] = LOGARITHMS[xmin + i]!;
  }
  let i = exact;
  for (let panel = 0; panel < panels; panel++) {
    const middle = from + (2 * panel + 1) * half;
    for (const [place, gauss] of GAUSS) {
      for (const side of [-place, place]) {
        const log = middle + side * half;
        const point = Math.exp(log);
        x[i] = point;
        logX[i] = log;
        // dx = x d(ln x)
        weight[i++] = gauss * half * point;
      }
    }
  }
  return { xmin, xmax, x, logX, weight };
}
