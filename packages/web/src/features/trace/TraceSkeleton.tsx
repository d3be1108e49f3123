import { Skeleton } from '../../ui/Skeleton.tsx';
import './traceSkeleton.css';

/** Depth and place of the bars of no trace in particular. */
const ROWS = [
  [0, 0, 92],
  [1, 2, 10],
  [1, 12, 24],
  [2, 14, 18],
  [1, 37, 9],
  [1, 47, 20],
  [2, 48, 17],
  [1, 68, 22],
] as const;

/** The shape of the page before the trace has come. */
export function TraceSkeleton() {
  return (
    <div className="trace-skeleton" role="status">
      <span className="visually-hidden">Loading the trace</span>
      <div className="trace-skeleton-summary">
        {Array.from({ length: 7 }, (_, i) => (
          <Skeleton key={i} width="64px" height="30px" />
        ))}
      </div>
      <div className="trace-skeleton-rows">
        {ROWS.map(([depth, left, width]) => (
          <div key={`${depth} ${left}`}>
            <span style={{ paddingLeft: `${depth * 14}px` }}>
              <Skeleton width="120px" height="12px" />
            </span>
            <span style={{ paddingLeft: `${left}%` }}>
              <Skeleton width={`${width}%`} height="12px" />
            </span>
          </div>
        ))}
      </div>
    </div>
  );
}
