import './skeleton.css';

/** A grey stand-in of the size of what will come. `width` and `height` are CSS lengths. */
export function Skeleton({ width = '100%', height = '1em' }: { width?: string; height?: string }) {
  return <span className="skeleton" style={{ width, height }} aria-hidden="true" />;
}
