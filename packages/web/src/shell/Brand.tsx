/** The mark: a round gauge window with a level in it. */
export function BrandMark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="brand-mark">
      <g fill="none" strokeWidth="2.4" strokeLinecap="round">
        <circle className="brand-mark-glass" cx="16" cy="16" r="10.5" />
        <path className="brand-mark-notch" d="M16 1.5v2M16 28.5v2M1.5 16h2M28.5 16h2" />
      </g>
      <path className="brand-mark-level" d="M8.6 16.6c2.4-2 4.9-2 7.4 0s5 2 7.4 0a7.4 7.4 0 0 1-14.8 0z" />
    </svg>
  );
}
