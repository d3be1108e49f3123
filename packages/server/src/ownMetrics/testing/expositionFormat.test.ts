import { expect, it } from 'vitest';
import { parseExposition } from './expositionFormat.ts';

const GOOD = '# HELP a_total What it is\n# TYPE a_total counter\na_total{path="a\\\\b\\"c\\nd"} 1\na_total 2\n';
const histogram = (buckets: string, count = 3) =>
  `# HELP h_seconds H\n# TYPE h_seconds histogram\n${buckets}h_seconds_sum 1.5\nh_seconds_count ${count}\n`;

it('reads names, labels and values', () => {
  expect(parseExposition(GOOD).get('a_total')).toEqual({
    name: 'a_total',
    help: 'What it is',
    type: 'counter',
    samples: [
      { name: 'a_total', labels: new Map([['path', 'a\\b"c\nd']]), value: 1 },
      { name: 'a_total', labels: new Map(), value: 2 },
    ],
  });
  expect(parseExposition(histogram('h_seconds_bucket{le="0.5"} 1\nh_seconds_bucket{le="+Inf"} 3\n')).get('h_seconds')?.samples).toHaveLength(4);
});

it.each<[string, string]>([
  ['no line feed at the end', GOOD.trimEnd()],
  ['a sample without a type', 'a 1\n'],
  ['a type without help', '# TYPE a gauge\na 1\n'],
  ['a sample of another family', `${GOOD}b 1\n`],
  ['two of the same', `${GOOD}a_total 3\n`],
  ['a counter without _total', '# HELP a A\n# TYPE a counter\na 1\n'],
  ['a counter that is negative', '# HELP a_total A\n# TYPE a_total counter\na_total -1\n'],
  ['a value that is none', '# HELP a A\n# TYPE a gauge\na Nan\n'],
  ['a label that does not end', '# HELP a A\n# TYPE a gauge\na{b="c 1\n'],
  ['a bad escape', '# HELP a A\n# TYPE a gauge\na{b="\\t"} 1\n'],
  ['buckets that fall', histogram('h_seconds_bucket{le="0.5"} 4\nh_seconds_bucket{le="+Inf"} 3\n')],
  ['bounds that fall', histogram('h_seconds_bucket{le="5"} 1\nh_seconds_bucket{le="1"} 1\nh_seconds_bucket{le="+Inf"} 3\n')],
  ['no bucket for all', histogram('h_seconds_bucket{le="0.5"} 3\n')],
  ['a count that is not that of the buckets', histogram('h_seconds_bucket{le="+Inf"} 3\n', 4)],
])('refuses %s', (_, text) => {
  expect(() => parseExposition(text)).toThrow();
});
