import type { QuerySpecInput } from '@sightglass/contract/querySpec';
import { utcText } from '../../time/timeRange.ts';
import type { CostQuestion } from './costQuestion.ts';
import type { Period } from './periodBefore.ts';
import { specOf } from './readCosts.ts';

/** As many as the API answers at once. */
const LINES_MAX = 10_000;
const MEASURES = [
  'cost_usd',
  'unpriced_calls',
  'estimated_cost_usd',
  'estimated_calls',
  'calls',
  'errors',
  'input_tokens',
  'output_tokens',
  'total_tokens',
];

/** The question of the file: the groups of the table with more sums, and all of them. */
export function csvSpecOf(question: CostQuestion, period: Period): QuerySpecInput {
  return { ...specOf(question, period), measures: MEASURES, limit: LINES_MAX };
}

/** `costs-by-agent_id-and-model-20261113T000000Z-20261120T000000Z.csv`: no character that a file system refuses. */
export function csvName({ dimensions }: CostQuestion, { fromMs, toMs }: Period): string {
  const [from, to] = [fromMs, toMs].map((at) => utcText(at).replace(/\.\d+/, '').replaceAll(/[-:]/g, ''));
  return `costs-by-${dimensions.join('-and-')}-${from}-${to}.csv`;
}

/** Whether there may be more groups than the file holds. */
export function isCutShort(csv: string): boolean {
  // A line break inside a quoted name makes a line too many at most: then the note is there without need.
  let lines = -1;
  for (let at = csv.indexOf('\r\n'); at >= 0 && lines < LINES_MAX; at = csv.indexOf('\r\n', at + 2)) lines++;
  return lines >= LINES_MAX;
}
