import type { AlertRule } from '@sightglass/contract/alertRule';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { useCallback, useState } from 'react';
import { alertRuleQuery } from '../../api/alertRules.ts';
import { measuresQuery } from '../../api/metrics.ts';
import { asProblem, ProblemState } from '../../api/ProblemState.tsx';
import { Fact, FactStrip } from '../../lists/FactStrip.tsx';
import { Page } from '../../shell/Page.tsx';
import { useShell } from '../../shell/shellContext.ts';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { Button } from '../../ui/Button.tsx';
import { formatCount } from '../../ui/formatCount.ts';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { SeverityTag } from '../alerts/AlertTags.tsx';
import { AlertsNav } from '../alerts/AlertsNav.tsx';
import { NO_MEASURES } from './formFields.ts';
import { DeleteRule } from './DeleteRule.tsx';
import { draftOfRule } from './ruleDraft.ts';
import { RuleForm } from './RuleForm.tsx';
import { ruleState } from './ruleList.ts';
import './rules.css';

const LOOK_AGAIN_MS = 15_000;

/** One rule: how it stands, and the form that changes it. */
export function RulePage() {
  const { ruleId } = useParams({ from: '/alerts/rules/$ruleId' });
  const mayChange = useShell().me.permissions.includes('alerts.write');
  const navigate = useNavigate();
  const query = useQuery({ ...alertRuleQuery(ruleId), refetchInterval: LOOK_AGAIN_MS });
  const measures = useQuery(measuresQuery);
  const [deleting, setDeleting] = useState(false);
  const rule = query.data;
  const known = measures.data ?? (measures.error === null ? undefined : NO_MEASURES);
  const onSaved = useCallback(({ id }: AlertRule) => void navigate({ to: '/alerts/rules', search: { saved: id } }), [navigate]);
  const title = rule?.name ?? 'Rule';
  return (
    <Page
      title={`${title} · Alerts`}
      heading={
        <>
          <Link to="/alerts/rules" className="page-crumb">
            Rules
          </Link>
          <span className="page-crumb">/</span>
          <span className="truncate">{title}</span>
        </>
      }
      actions={
        rule === undefined || rule.builtin !== null || !mayChange ? undefined : (
          <Button variant="danger" onClick={() => setDeleting(true)}>
            <Trash2 aria-hidden="true" />
            Delete
          </Button>
        )
      }
    >
      <AlertsNav />
      {rule !== undefined && known !== undefined ? (
        <>
          <RuleFacts rule={rule} />
          {mayChange ? null : <p className="dim">You see what is watched. Owners, admins and editors of the workspace change rules.</p>}
          <RuleForm
            key={rule.id}
            initial={draftOfRule(rule, (name) => known.get(name)?.unit)}
            rule={rule}
            measures={known}
            readOnly={!mayChange}
            onSaved={onSaved}
            onCancel={() => void navigate({ to: '/alerts/rules' })}
          />
          {deleting ? <DeleteRule rule={rule} onDeleted={() => void navigate({ to: '/alerts/rules' })} onClose={() => setDeleting(false)} /> : null}
        </>
      ) : query.error !== null ? (
        asProblem(query.error).status === 404 ? (
          <EmptyState title="No such rule">It was deleted, or the link is not right.</EmptyState>
        ) : (
          <ProblemState error={query.error} what="The rule could not be read" onRetry={() => void query.refetch()} />
        )
      ) : (
        <div className="settings" aria-busy="true">
          <Skeleton height="64px" />
          <Skeleton height="240px" />
        </div>
      )}
    </Page>
  );
}

function RuleFacts({ rule }: { rule: AlertRule }) {
  const { label, tone } = ruleState(rule);
  return (
    <>
      {rule.last_error === null ? null : (
        <p className="rule-failed" role="note">
          The last evaluation failed, and it is tried again: {rule.last_error}
        </p>
      )}
      <FactStrip>
        <Fact name="State">
          <Tag tone={tone}>{label}</Tag>
        </Fact>
        <Fact name="Severity">
          <SeverityTag severity={rule.severity} />
        </Fact>
        <Fact name="Open alerts">
          {rule.open_alerts === 0 ? (
            '0'
          ) : (
            <Link to="/alerts" search={{ rule_id: rule.id }} className="link">
              {formatCount(rule.open_alerts)}
            </Link>
          )}
        </Fact>
        <Fact name="Evaluated">{rule.last_evaluated_at === null ? 'never' : <RelativeTime time={rule.last_evaluated_at} />}</Fact>
        <Fact name="Next">{rule.next_evaluation_at === null ? null : <RelativeTime time={rule.next_evaluation_at} />}</Fact>
        <Fact name="Changed">
          <RelativeTime time={rule.updated_at} />
        </Fact>
        <Fact name="Past alerts">
          <Link to="/alerts" search={{ rule_id: rule.id, status: 'resolved' }} className="link">
            History
          </Link>
        </Fact>
      </FactStrip>
    </>
  );
}
