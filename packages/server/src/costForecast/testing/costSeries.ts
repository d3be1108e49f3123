/** Dollars a day, Monday to Sunday, of people who rest at the weekend. */
export const WEEKLY = [10, 12, 11, 13, 9, 2, 1] as const;

export const repeated = (pattern: readonly number[], days: number): number[] =>
  Array.from({ length: days }, (_, day) => pattern[day % pattern.length] ?? 0);

/** The weekly pattern, each day up to 30 % more or less; the same for the same seed. */
export function noisyWeeks(days: number, seed: number): number[] {
  let state = seed;
  return repeated(WEEKLY, days).map((cost) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return cost * (0.7 + (0.6 * state) / 2_147_483_648);
  });
}
