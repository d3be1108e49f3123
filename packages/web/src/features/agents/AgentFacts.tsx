import type { JudgedAgent } from '@sightglass/contract/agent';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { canFilterBy } from '../../filters/facets.ts';
import type { SearchText } from '../../routing/searchText.ts';
import { keepRange } from '../../time/keepRange.ts';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { formatDurationMs } from '../../ui/formatDuration.ts';
import { Tag } from '../../ui/Tag.tsx';
import { AgentStatusTag } from './AgentStatusTag.tsx';

const VERSIONS_SHOWN = 3;

/** Who it is, whose, and when it was last heard of. */
export function AgentFacts({ agent }: { agent: JudgedAgent }) {
  const {
    agent_id: agentId,
    status,
    owner,
    department,
    tags,
    versions,
    last_seen_at,
    last_heartbeat_at,
    heartbeat_interval_seconds: interval,
  } = agent;
  return (
    <section className="agent-facts" aria-label="About the agent">
      <dl>
        <Fact name="Heartbeat">
          <AgentStatusTag status={status} />
          {last_heartbeat_at === null ? null : (
            <span className="dim">
              <RelativeTime time={last_heartbeat_at} />
              {interval === null ? '' : `, every ${formatDurationMs(interval * 1000)}`}
            </span>
          )}
        </Fact>
        <Fact name="Id">
          <code className="mono truncate" title={agentId}>
            {agentId}
          </code>
          <CopyButton text={agentId} label="Copy the id" />
        </Fact>
        <Fact name="Owner">{owner ?? <span className="dim">nobody named</span>}</Fact>
        <Fact name="Department">{department ?? <span className="dim">–</span>}</Fact>
        <Fact name="Version">
          {versions.length === 0 ? (
            <span className="dim" title="Its spans carry no service.version">
              not sent
            </span>
          ) : (
            <span className="truncate" title={versions.join(', ')}>
              {versions.slice(0, VERSIONS_SHOWN).join(', ')}
              {versions.length > VERSIONS_SHOWN ? ` and ${versions.length - VERSIONS_SHOWN} more` : ''}
            </span>
          )}
        </Fact>
        <Fact name="Last seen">{last_seen_at === null ? <span className="dim">never</span> : <RelativeTime time={last_seen_at} />}</Fact>
        {tags.length === 0 ? null : (
          <Fact name="Tags">
            {tags.map((tag) => (
              <Tag key={tag}>{tag}</Tag>
            ))}
          </Fact>
        )}
      </dl>
      {canFilterBy(agentId) ? <Ways agentId={agentId} /> : null}
    </section>
  );
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** To everything that names it. */
function Ways({ agentId }: { agentId: string }) {
  const search = (before: SearchText): SearchText => ({ ...keepRange(before), agent_id: agentId });
  return (
    <nav aria-label="Of this agent" className="agent-ways">
      {(['/traces', '/logs', '/events'] as const).map((to) => (
        <Link key={to} to={to} search={search} className="link">
          {to[1]?.toUpperCase()}
          {to.slice(2)}
        </Link>
      ))}
      <Link to="/costs" search={search} className="link">
        Costs
      </Link>
    </nav>
  );
}
