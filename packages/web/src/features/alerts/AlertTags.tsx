import type { Alert } from '@sightglass/contract/alert';
import type { Severity } from '@sightglass/contract/alertRule';
import { Bell, BellOff, CheckCircle2, Clock, Eye, Info, type LucideIcon, OctagonAlert, TriangleAlert } from 'lucide-react';
import { useNow } from '../../time/now.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { formatMinute } from '../../ui/formatTime.ts';
import { Tag } from '../../ui/Tag.tsx';
import { SEVERITY_WORDS } from '../alertRules/ruleWords.ts';
import { STATUS_WORDS } from './alertWords.ts';

/** A snooze that is over is no longer said within this time. */
const LOOK_AGAIN_MS = 10_000;
const SEVERITY_ICONS: Readonly<Record<Severity, LucideIcon>> = { critical: OctagonAlert, warning: TriangleAlert, info: Info };
const STATUS_ICONS: Readonly<Record<Alert['status'], LucideIcon>> = { active: Bell, acknowledged: Eye, resolved: CheckCircle2 };

/** How grave it is: shape, colour and word. */
export function SeverityTag({ severity }: { severity: Severity }) {
  const { label, tone } = SEVERITY_WORDS[severity];
  const Icon = SEVERITY_ICONS[severity];
  return (
    <Tag tone={tone}>
      <Icon aria-hidden="true" />
      {label}
    </Tag>
  );
}

/** How it stands, and whether anybody is told of it. */
export function AlertStatusTags({ alert }: { alert: Pick<Alert, 'status' | 'acknowledged_by' | 'snoozed_until' | 'silenced' | 'resolved_by'> }) {
  const zone = useTimeZone();
  const now = useNow(LOOK_AGAIN_MS);
  const { label, tone } = STATUS_WORDS[alert.status];
  const Icon = STATUS_ICONS[alert.status];
  const by = alert.status === 'acknowledged' ? alert.acknowledged_by : alert.status === 'resolved' ? (alert.resolved_by ?? 'itself') : null;
  const isOpen = alert.status !== 'resolved';
  return (
    <span className="alert-tags">
      <Tag tone={tone} {...(by === null ? {} : { title: `${label} by ${by}` })}>
        <Icon aria-hidden="true" />
        {label}
      </Tag>
      {isOpen && alert.snoozed_until !== null && Date.parse(alert.snoozed_until) > now ? (
        <Tag title="Nobody is told until then">
          <Clock aria-hidden="true" />
          Snoozed until {formatMinute(Date.parse(alert.snoozed_until), zone)}
        </Tag>
      ) : null}
      {isOpen && alert.silenced ? (
        <Tag title="A silence or maintenance window holds: nobody is told">
          <BellOff aria-hidden="true" />
          Silenced
        </Tag>
      ) : null}
    </span>
  );
}
