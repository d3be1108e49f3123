import { PLAN_FEATURE_NAMES } from '@sightglass/contract/plan';
import type { Plan } from '@sightglass/contract/routes/plans';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { plansQuery } from '../../../api/workspaces.ts';
import { useShell } from '../../../shell/shellContext.ts';
import { Button } from '../../../ui/Button.tsx';
import { formatCount, formatQuantity } from '../../../ui/formatCount.ts';
import { Panel } from '../../../ui/Panel.tsx';
import { EmptyState } from '../../../ui/StateMessage.tsx';
import { num, TableHead, unseen } from '../../../ui/TableHead.tsx';
import { SettingLoader } from '../SettingLoader.tsx';
import { SettingsPage } from '../SettingsPage.tsx';
import { EditPlan } from './EditPlan.tsx';
import '../../../ui/narrowCards.css';
import '../../../ui/table.css';
import '../../../ui/field.css';
import './plans.css';

/** What each plan gives; for who manages the instance. */
export function PlansPage() {
  const { permissions } = useShell().me;
  const managesInstance = permissions.includes('instance.manage');
  const query = useQuery({ ...plansQuery, enabled: managesInstance });
  return (
    <SettingsPage title="Plans" readOnlyNote={false}>
      {managesInstance ? (
        <SettingLoader query={query} what="The plans">
          {(plans) => <Plans plans={plans} />}
        </SettingLoader>
      ) : (
        <EmptyState title="Plans are for owners of the instance">
          They say what a plan gives, and which workspace has which. The plan of this workspace stands under Settings → Workspace.
        </EmptyState>
      )}
    </SettingsPage>
  );
}

function Plans({ plans }: { plans: readonly Plan[] }) {
  const [edited, setEdited] = useState<Plan | null>(null);
  const [said, setSaid] = useState('');
  return (
    <div className="settings">
      <p className="setting-text">
        A plan is a set of limits that several workspaces can share. Nothing is limited or left out until you say so here; a workspace’s plan is
        chosen under Settings → Workspace. What you set holds within a second, for every workspace that has the plan.
      </p>
      <p role="status" className={said === '' ? 'visually-hidden' : 'setting-change'}>
        {said}
      </p>
      <Panel title="Plans" note="limits of a workspace as a whole, beside those of its keys">
        <div className="narrow-scroll">
          <table className="table narrow-cards">
            <TableHead
              columns={[
                'Plan',
                num('Workspaces'),
                num('Days kept'),
                num('Requests/min'),
                num('Items/s'),
                num('Bytes/s'),
                'Does without',
                unseen('Actions'),
              ]}
            />
            <tbody>
              {plans.map((plan) => (
                <PlanRow
                  key={plan.plan}
                  plan={plan}
                  onEdit={() => {
                    setSaid('');
                    setEdited(plan);
                  }}
                />
              ))}
            </tbody>
          </table>
        </div>
      </Panel>
      {edited === null ? null : (
        <EditPlan
          plan={edited}
          onSaved={({ plan, workspaces }) => setSaid(`Saved: ${plan}, which ${formatQuantity(workspaces, 'workspace has', 'workspaces have')}.`)}
          onClose={() => setEdited(null)}
        />
      )}
    </div>
  );
}

function PlanRow({ plan: { plan, limits, workspaces, retention_days_default: days }, onEdit }: { plan: Plan; onEdit: () => void }) {
  return (
    <tr>
      <th scope="row" className="table-name">
        {plan}
      </th>
      <td className="num" data-label="Workspaces">
        {formatCount(workspaces)}
      </td>
      <td className="num" data-label="Days kept">
        {limits.retention_days === undefined ? <span className="dim">{days} by default</span> : formatCount(limits.retention_days)}
      </td>
      <td className="num" data-label="Requests/min">
        <Limit value={limits.requests_per_minute} />
      </td>
      <td className="num" data-label="Items/s">
        <Limit value={limits.items_per_second} />
      </td>
      <td className="num" data-label="Bytes/s">
        <Limit value={limits.bytes_per_second} />
      </td>
      <td data-label="Does without" className="plan-features">
        {limits.features_off.length === 0 ? (
          <span className="dim">nothing</span>
        ) : (
          limits.features_off.map((feature) => PLAN_FEATURE_NAMES[feature]).join(', ')
        )}
      </td>
      <td className="num plan-change">
        <Button onClick={onEdit} aria-label={`Change the plan ${plan}`}>
          Change
        </Button>
      </td>
    </tr>
  );
}

function Limit({ value }: { value: number | undefined }) {
  return value === undefined ? <span className="dim">no limit</span> : formatCount(value);
}
