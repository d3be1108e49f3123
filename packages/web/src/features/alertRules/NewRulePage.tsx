import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { alertRuleQuery } from '../../api/alertRules.ts';
import { measuresQuery } from '../../api/metrics.ts';
import { ProblemState } from '../../api/ProblemState.tsx';
import { useSearchText } from '../../routing/useSearchText.ts';
import { Page } from '../../shell/Page.tsx';
import { useShell } from '../../shell/shellContext.ts';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { AlertsNav } from '../alerts/AlertsNav.tsx';
import { NO_MEASURES } from './formFields.ts';
import { draftOfRule, type UnitOf } from './ruleDraft.ts';
import { RuleForm } from './RuleForm.tsx';
import { prefilledRule } from './rulePrefill.ts';

/** A new rule: from nothing, from what a link says, or like another one (`copy` in the URL). */
export function NewRulePage() {
  const mayChange = useShell().me.permissions.includes('alerts.write');
  const search = useSearchText();
  const navigate = useNavigate();
  const measures = useQuery(measuresQuery);
  const source = useQuery({ ...alertRuleQuery(search.copy ?? ''), enabled: search.copy !== undefined });
  const onSaved = useCallback(({ id }: { id: string }) => void navigate({ to: '/alerts/rules', search: { saved: id }, replace: true }), [navigate]);
  // Without the catalogue the form works, with less to suggest.
  const known = measures.data ?? (measures.error === null ? undefined : NO_MEASURES);
  const unitOf: UnitOf = (name) => known?.get(name)?.unit;
  const copied = source.data;
  const initial =
    known === undefined
      ? undefined
      : search.copy === undefined
        ? prefilledRule(search, unitOf)
        : copied === undefined
          ? undefined
          : { ...draftOfRule(copied, unitOf), name: `${copied.name} (copy)`.slice(0, 120), enabled: true };
  return (
    <Page
      title="New rule · Alerts"
      heading={
        <>
          <Link to="/alerts/rules" className="page-crumb">
            Rules
          </Link>
          <span className="page-crumb">/</span>
          New rule
        </>
      }
    >
      <AlertsNav />
      {!mayChange ? (
        <EmptyState title="You may not create rules">Owners, admins and editors of the workspace may; ask one of them.</EmptyState>
      ) : initial !== undefined && known !== undefined ? (
        <RuleForm
          key={search.copy ?? ''}
          initial={initial}
          rule={null}
          measures={known}
          readOnly={false}
          onSaved={onSaved}
          onCancel={() => void navigate({ to: '/alerts/rules' })}
        />
      ) : source.error !== null ? (
        <ProblemState error={source.error} what="The rule to begin with could not be read" onRetry={() => void source.refetch()} />
      ) : (
        <div className="settings" aria-busy="true">
          <Skeleton height="240px" />
          <Skeleton height="240px" />
        </div>
      )}
    </Page>
  );
}
