import { useQuery } from '@tanstack/react-query';
import { ALERTS_REFRESH_MS, openAlertsQuery } from '../../api/alerts.ts';
import { formatQuantity } from '../../ui/formatCount.ts';
import './openAlertsCount.css';

/** How many alerts are open, beside the way to them; nothing while none is. */
export function OpenAlertsCount() {
  const open = useQuery({ ...openAlertsQuery, refetchInterval: ALERTS_REFRESH_MS }).data;
  if (open === undefined || open.count === 0) return null;
  const shown = `${open.count}${open.isMore ? '+' : ''}`;
  return (
    <span
      className={open.critical > 0 ? 'open-alerts open-alerts-critical' : 'open-alerts'}
      title={`${shown} open${open.critical > 0 ? `, ${formatQuantity(open.critical, 'of them critical', 'of them critical')}` : ''}`}
    >
      {shown}
      <span className="visually-hidden"> open{open.critical > 0 ? `, ${open.critical} critical` : ''}</span>
    </span>
  );
}
