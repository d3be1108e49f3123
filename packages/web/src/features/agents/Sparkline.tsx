import { useId } from 'react';

const WIDTH = 96;
const HEIGHT = 22;

/** Counts over the range of the page as small bars, from nothing to the greatest of them; `words` says what they are. */
export function Sparkline({ values, words }: { values: readonly number[]; words: string }) {
  const titleId = useId();
  const greatest = Math.max(0, ...values);
  const step = WIDTH / Math.max(1, values.length);
  return (
    <svg className="sparkline" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby={titleId}>
      <title id={titleId}>{words}</title>
      <line x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
      {greatest === 0
        ? null
        : values.map((value, index) => {
            const height = value === 0 ? 0 : Math.max(1.5, (value / greatest) * (HEIGHT - 2));
            // oxlint-disable-next-line react/no-array-index-key -- a bar is its place
            return <rect key={index} x={index * step} y={HEIGHT - 1 - height} width={Math.max(1, step - 1)} height={height} />;
          })}
    </svg>
  );
}
