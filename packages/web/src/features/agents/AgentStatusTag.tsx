import type { AgentStatus } from '@sightglass/contract/agent';
import { Tag, type Tone } from '../../ui/Tag.tsx';

export const STATUS_WORDS: Readonly<Record<AgentStatus, { label: string; tone: Tone; says: string }>> = {
  healthy: { label: 'Healthy', tone: 'ok', says: 'Its last heartbeat says that it is healthy' },
  degraded: { label: 'Degraded', tone: 'warn', says: 'Its last heartbeat says that it is degraded' },
  unhealthy: { label: 'Unhealthy', tone: 'crit', says: 'Its last heartbeat says that it is unhealthy' },
  silent: { label: 'Silent', tone: 'crit', says: 'It sent heartbeats, and has missed several' },
  unknown: { label: 'No heartbeats', tone: 'plain', says: 'It has never sent a heartbeat' },
};

/** What heartbeats say of an agent. */
export function AgentStatusTag({ status }: { status: AgentStatus }) {
  const { label, tone, says } = STATUS_WORDS[status];
  return (
    <Tag tone={tone} title={says}>
      {label}
    </Tag>
  );
}
