/** From this share of failed calls on a table shows the number in red. */
const HIGH_ERROR_SHARE = 0.01;

export function isHigh(errorShare: number | null): boolean {
  return errorShare !== null && errorShare >= HIGH_ERROR_SHARE;
}
