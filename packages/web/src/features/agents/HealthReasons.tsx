import type { HealthComponent } from '@sightglass/contract/health';
import './health.css';

/** What a score is made of: what cost most points first, then what is well. */
export function HealthReasons({ components }: { components: readonly HealthComponent[] }) {
  const ordered = components.toSorted((a, b) => b.points_lost - a.points_lost);
  return (
    <ul className="health-reasons">
      {ordered.map(({ name, points_lost, reason }) => (
        <li key={name} className={points_lost > 0 ? 'health-lost' : undefined}>
          <span className="health-points num">{points_lost > 0 ? `−${points_lost}` : '0'}</span>
          <span>{reason}</span>
        </li>
      ))}
    </ul>
  );
}
