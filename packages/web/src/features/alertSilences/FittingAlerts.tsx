import type { Alert } from '@sightglass/contract/alert';
import { formatQuantity } from '../../ui/formatCount.ts';
import { SeverityTag } from '../alerts/AlertTags.tsx';
import { fits } from './silenceDraft.ts';

const SHOWN_MAX = 5;

/** Which of the open alerts would be meant, so that a silence does not say more or less than one thinks. */
export function FittingAlerts({ open, matchers }: { open: readonly Alert[]; matchers: Readonly<Record<string, string>> }) {
  if (Object.keys(matchers).length === 0) return null;
  const fitting = open.filter((alert) => fits(matchers, alert));
  return (
    <div className="silence-fitting">
      <p role="status">
        {fitting.length === 0
          ? open.length === 0
            ? 'No alert is open now.'
            : 'None of the open alerts fits.'
          : `${formatQuantity(fitting.length, 'open alert')} ${fitting.length === 1 ? 'fits' : 'fit'}:`}
      </p>
      <ul>
        {fitting.slice(0, SHOWN_MAX).map(({ id, severity, message, rule_name }) => (
          <li key={id}>
            <SeverityTag severity={severity} />{' '}
            <span className="truncate">
              {rule_name}: {message}
            </span>
          </li>
        ))}
        {fitting.length > SHOWN_MAX ? <li className="dim">and {fitting.length - SHOWN_MAX} more</li> : null}
      </ul>
    </div>
  );
}
