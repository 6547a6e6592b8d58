/**
 * The complementary error function of x >= 0, with a relative error below 1.2e-7 (Press et al., "Numerical Recipes in C",
 * second edition, section 6.2, `erfcc`). It is here because the well-kept library for it needs native add-ons.
 */
export function erfc(x: number): number {
  const t = 1 / (1 + x / 2);
  const coefficients = [
    0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196,
    1.00002368, -1.26551223,
  ];
  return t * Math.exp(-x * x + coefficients.reduce((sum, coefficient) => sum * t + coefficient, 0));
}
