import type { CostBreakdown } from '@sightglass/contract/trace';
import { costSumOf } from '../model/costSum.ts';
import './costSumTable.css';

/** The sum behind a cost: a line for each class that was charged. */
export function CostSumTable({ breakdown }: { breakdown: CostBreakdown }) {
  const sum = costSumOf(breakdown);
  return (
    <table className="cost-sum" aria-label="The sum behind the cost">
      <tbody>
        {sum.lines.map((line) => (
          <tr key={line.text}>
            <td>{line.text}</td>
            <td className="num">{line.usd}</td>
          </tr>
        ))}
        {sum.roundingUsd === null ? null : (
          <tr>
            <td>rounded once, to a millionth of a millionth of a dollar</td>
            <td className="num">{sum.roundingUsd}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
