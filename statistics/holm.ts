/**
 * Corrects several p-values. When all hypotheses with a corrected p-value below a level are rejected, the probability of any
 * false rejection is at most that level (Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian
 * Journal of Statistics 6, 1979).
 *
 * @returns the corrected p-values in the order given
 */
export function holm(ps: readonly number[]): number[] {
  const corrected = Array<number>(ps.length);
  let least = 0;
  ps.map((p, index) => ({ p, index }))
    .sort((a, b) => a.p - b.p)
    .forEach(({ p, index }, rank) => {
      least = Math.max(least, Math.min(1, (ps.length - rank) * p));
      corrected[index] = least;
    });
  return corrected;
}
