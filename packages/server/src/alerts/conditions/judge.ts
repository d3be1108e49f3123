import type { Operator } from '@sightglass/contract/alertRule';
import { parseUsd } from '@sightglass/contract/money';

/**
 * Whether the condition holds for a value. Money comes as decimal text and is compared exactly; anything else as a double.
 * `threshold`: decimal text.
 */
export function holds(value: string | number, operator: Operator, threshold: string): boolean {
  const order = typeof value === 'string' ? compareDecimals(value, threshold) : value - Number(threshold);
  switch (operator) {
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
  }
}

function compareDecimals(value: string, threshold: string): number {
  const [a, b] = [parseUsd(value), parseUsd(threshold)];
  if (a === undefined || b === undefined) return Number(value) - Number(threshold);
  return a < b ? -1 : a > b ? 1 : 0;
}
