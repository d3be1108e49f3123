import type { JudgedAgent } from '@sightglass/contract/agent';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Pencil, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { agentQuery } from '../../api/agents.ts';
import { ProblemState } from '../../api/ProblemState.tsx';
import { FigureStrip } from '../../measures/FigureStrip.tsx';
import { useMeasures } from '../../measures/useMeasures.ts';
import { Page } from '../../shell/Page.tsx';
import { useShell } from '../../shell/shellContext.ts';
import { keepRange } from '../../time/keepRange.ts';
import { useRefetchInterval } from '../../time/liveRefresh.ts';
import { Button } from '../../ui/Button.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { ChartPanel } from '../overview/ChartPanel.tsx';
import { AgentDialog } from './AgentDialog.tsx';
import { AgentFacts } from './AgentFacts.tsx';
import { AGENT_CHARTS, AGENT_FIGURES, AGENT_SPLITS } from './agentMeasures.ts';
import { AgentTables } from './AgentTables.tsx';
import { DeleteAgent } from './DeleteAgent.tsx';
import { HealthPanel } from './HealthPanel.tsx';
import { RecentEvents } from './RecentEvents.tsx';
import { RecentRuns } from './RecentRuns.tsx';
import '../../ui/table.css';
import './agent.css';

/** Is it healthy, and why not? */
export function AgentPage() {
  const { agentId } = useParams({ from: '/agents/$agentId' });
  const refetchInterval = useRefetchInterval();
  const { data: agent, error, refetch } = useQuery({ ...agentQuery(agentId), refetchInterval });
  const heading = (
    <span className="agent-crumb">
      <Link to="/agents" search={keepRange} className="link-plain">
        Agents
      </Link>
      <span aria-hidden="true">/</span>
      <span className="truncate" title={agentId}>
        {agent?.name ?? agentId}
      </span>
    </span>
  );
  return (
    <Page
      title={`${agent?.name ?? agentId} · Agents`}
      heading={heading}
      timed
      actions={agent === undefined ? undefined : <AgentActions agent={agent} />}
    >
      {agent !== undefined ? (
        <LoadedAgent agent={agent} key={agentId} />
      ) : error === null ? (
        <div className="agent-pending" aria-busy="true">
          <Skeleton height="48px" />
          <Skeleton height="200px" />
          <Skeleton height="280px" />
        </div>
      ) : (
        <ProblemState error={error} what="The agent could not be read" onRetry={() => void refetch()} />
      )}
    </Page>
  );
}

function AgentActions({ agent }: { agent: JudgedAgent }) {
  const mayChange = useShell().me.permissions.includes('agents.write');
  const [asked, setAsked] = useState<'edit' | 'delete' | null>(null);
  const close = () => setAsked(null);
  const why = mayChange ? undefined : 'Your role may not change agents';
  return (
    <>
      <Button disabled={!mayChange} title={why} onClick={() => setAsked('edit')}>
        <Pencil aria-hidden="true" />
        Describe
      </Button>
      <Button
        variant="ghost"
        className="button-icon"
        disabled={!mayChange}
        title={why ?? 'Delete'}
        aria-label="Delete the agent"
        onClick={() => setAsked('delete')}
      >
        <Trash2 aria-hidden="true" />
      </Button>
      {asked === 'edit' ? <AgentDialog agent={agent} onClose={close} /> : null}
      {asked === 'delete' ? <DeleteAgent agent={agent} onClose={close} /> : null}
    </>
  );
}

function LoadedAgent({ agent }: { agent: JudgedAgent }) {
  const { agent_id: agentId } = agent;
  // One object for as long as the agent is shown: charts keep what they have drawn by it.
  const scope = useMemo(() => ({ filters: [{ field: 'agent_id', op: '=' as const, value: agentId }] }), [agentId]);
  const figures = useMeasures({ ...scope, measures: AGENT_FIGURES.map(({ measure }) => measure) });
  return (
    <>
      <AgentFacts agent={agent} />
      {agent.health === null ? null : <HealthPanel agent={agent} health={agent.health} />}
      <FigureStrip label="In this range" figures={AGENT_FIGURES} query={figures} />
      <ChartPanel measures={AGENT_CHARTS} splits={AGENT_SPLITS} scope={scope} />
      <div className="agent-recent">
        <RecentRuns agentId={agentId} />
        <RecentEvents agentId={agentId} />
      </div>
      <AgentTables agentId={agentId} filters={scope.filters} />
    </>
  );
}
