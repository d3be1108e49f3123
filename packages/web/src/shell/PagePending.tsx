import { Skeleton } from '../ui/Skeleton.tsx';

/** What stands in for a page whose code is on its way. */
export function PagePending() {
  return (
    <div className="page" role="status" aria-label="Loading">
      <div className="page-bar">
        <Skeleton width="120px" />
      </div>
      <div />
      <div className="page-main">
        <Skeleton height="92px" />
        <Skeleton height="260px" />
      </div>
    </div>
  );
}
