import { useTimeZone } from '../../time/timeZone.ts';
import { formatMinute } from '../../ui/formatTime.ts';
import { formatQuantityOf } from './chartWords.ts';
import type { ChartData, MeasureWords } from './chartQuestion.ts';

/** The numbers of a chart, newest first. */
export function ChartTable({ data, words, intervalWords }: { data: ChartData; words: MeasureWords; intervalWords: string }) {
  const zone = useTimeZone();
  const newestFirst = data.times.map((time, index) => ({ time, index })).reverse();
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable with the keyboard
    <section className="chart-table" tabIndex={0} aria-label={`${words.label} per ${intervalWords} as a table`}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">From ({zone})</th>
            {data.series.map(({ label }) => (
              <th key={label} scope="col" className="num">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {newestFirst.map(({ time, index }) => (
            <tr key={time}>
              <th scope="row">{formatMinute(time, zone)}</th>
              {data.series.map(({ label, exact }) => (
                <td key={label} className="num">
                  {formatQuantityOf(exact[index] ?? null, words.unit)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
