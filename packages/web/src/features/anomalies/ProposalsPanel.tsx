import type { RuleProposal } from '@sightglass/contract/routes/anomalies';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ruleProposalsQuery } from '../../api/anomalies.ts';
import { ProblemState } from '../../api/ProblemState.tsx';
import { useShell } from '../../shell/shellContext.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { ruleSearch } from './anomalySearch.ts';

/** Rules that the past of the workspace allows, and that it does not have yet. */
export function ProposalsPanel() {
  const query = useQuery(ruleProposalsQuery);
  const { data, error } = query;
  if (data?.length === 0) return null;
  return (
    <Panel title="Proposed rules" note="from what is regular here; none that you have already">
      {error !== null ? (
        <ProblemState error={error} what="Rules could not be proposed" onRetry={() => void query.refetch()} />
      ) : data === undefined ? (
        <div className="anomaly-pending" aria-busy="true">
          <Skeleton height="40px" />
          <Skeleton height="40px" />
        </div>
      ) : (
        <ul className="anomaly-proposals">
          {data.map((proposal) => (
            <Proposal key={proposal.rule.name} proposal={proposal} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Proposal({ proposal: { rule, reason } }: { proposal: RuleProposal }) {
  const mayChange = useShell().me.permissions.includes('alerts.write');
  if (rule.kind !== 'anomaly') return null;
  const { measure, sensitivity } = rule.config;
  return (
    <li>
      <div>
        <b>{rule.name}</b>
        <p>{reason}</p>
      </div>
      {mayChange ? (
        <Link to="/alerts/rules/new" search={ruleSearch({ measure, sensitivity, agentId: undefined }, rule.name)} className={buttonClass()}>
          Look and create
        </Link>
      ) : (
        <Button disabled title="Your role may not change rules">
          Look and create
        </Button>
      )}
    </li>
  );
}
