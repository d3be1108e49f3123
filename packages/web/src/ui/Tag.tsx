import type { EventStatus } from '@sightglass/contract/event';
import type { SpanKind, SpanStatus } from '@sightglass/contract/spanKinds';
import { AlertTriangle, Ban, CheckCircle2, CircleDashed, CircleSlash, Clock, Hourglass } from 'lucide-react';
import type { ReactNode } from 'react';
import './tag.css';

export type Tone = 'ok' | 'warn' | 'crit' | 'info' | 'plain';

/** A short word with a tone. The word carries the meaning, the colour repeats it. */
export function Tag({ tone = 'plain', children, title }: { tone?: Tone; children: ReactNode; title?: string }) {
  return (
    <span className={`tag tag-${tone}`} title={title}>
      {children}
    </span>
  );
}

const STATUS = {
  success: { tone: 'ok', label: 'Success', Icon: CheckCircle2 },
  error: { tone: 'crit', label: 'Error', Icon: AlertTriangle },
  timeout: { tone: 'crit', label: 'Timeout', Icon: Clock },
  cancelled: { tone: 'plain', label: 'Cancelled', Icon: CircleSlash },
  blocked: { tone: 'warn', label: 'Blocked', Icon: Ban },
  running: { tone: 'info', label: 'Running', Icon: CircleDashed },
  pending: { tone: 'info', label: 'Pending', Icon: Hourglass },
} as const satisfies Record<SpanStatus | EventStatus, unknown>;

/** The status of a span, a trace or an event: shape, colour and word; `iconOnly` leaves the word to those who hover or listen. */
export function StatusTag({ status, iconOnly = false }: { status: SpanStatus | EventStatus; iconOnly?: boolean }) {
  const { tone, label, Icon } = STATUS[status];
  const pulse = status === 'running' ? { className: 'pulse' } : {};
  if (iconOnly) {
    return (
      <span className={`status-icon status-icon-${tone}`} title={label}>
        <Icon aria-hidden="true" {...pulse} />
        <span className="visually-hidden">{label}</span>
      </span>
    );
  }
  return (
    <span className={`tag tag-${tone}`}>
      <Icon aria-hidden="true" {...pulse} />
      {label}
    </span>
  );
}

/** The square in the colour of a span kind; the kind stands beside it or in its title. */
export function KindDot({ kind }: { kind: SpanKind }) {
  return <i className={`kind-dot kind-${kind}`} title={kind} aria-hidden="true" />;
}

/** A span kind as a word with its colour. */
export function KindTag({ kind }: { kind: SpanKind }) {
  return (
    <span className="tag tag-plain">
      <KindDot kind={kind} />
      {kind}
    </span>
  );
}
