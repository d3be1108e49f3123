import type { Alert } from '@sightglass/contract/alert';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { measuresQuery } from '../../api/metrics.ts';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { useNow } from '../../time/now.ts';
import type { MeasuresByName } from '../alertRules/ruleWords.ts';
import { AlertLabels } from './AlertLabels.tsx';
import { AlertStatusTags, SeverityTag } from './AlertTags.tsx';
import { formatAlertValue, openFor, thresholdWords, unitOfAlert } from './alertWords.ts';
import { useActRefusal } from './useActs.ts';
import '../../ui/table.css';

const NO_MEASURES: MeasuresByName = new Map();
const MINUTE_MS = 60_000;

interface AlertTableProps {
  alerts: readonly Alert[];
  title: string;
  activeId: string | null;
  tickedIds: ReadonlySet<string>;
  isStale: boolean;
  onTick: (alert: Alert) => void;
  onTickAll: (all: boolean) => void;
}

/** Alerts under one another: how grave, what, against which limit, since when, and who looks after it; cards on phones. */
export function AlertTable({ alerts, title, activeId, tickedIds, isStale, onTick, onTickAll }: AlertTableProps) {
  const measures = useQuery(measuresQuery).data ?? NO_MEASURES;
  const mayAct = useActRefusal() === undefined;
  const open = alerts.filter(({ status }) => status !== 'resolved');
  const ticks = mayAct && open.length > 0;
  const ticked = open.filter(({ id }) => tickedIds.has(id)).length;
  return (
    <div className={isStale ? 'table-scroll alerts-stale' : 'table-scroll'}>
      <table className="table table-cards alerts-table" aria-label={title}>
        <thead>
          <tr>
            {ticks ? (
              <th scope="col" className="alert-tick">
                <TickBox label="Tick all" checked={ticked === open.length} isPartly={ticked > 0 && ticked < open.length} onChange={onTickAll} />
              </th>
            ) : null}
            <th scope="col">Severity</th>
            <th scope="col">Alert</th>
            <th scope="col" className="num">
              Value
            </th>
            <th scope="col">Since</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {alerts.map((alert) => (
            <AlertRow
              key={alert.id}
              alert={alert}
              measures={measures}
              ticks={ticks}
              isTicked={tickedIds.has(alert.id)}
              isActive={alert.id === activeId}
              onTick={onTick}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface AlertRowProps {
  alert: Alert;
  measures: MeasuresByName;
  /** Whether the table has boxes to tick. */
  ticks: boolean;
  isTicked: boolean;
  isActive: boolean;
  onTick: (alert: Alert) => void;
}

function AlertRow({ alert, measures, ticks, isTicked, isActive, onTick }: AlertRowProps) {
  const row = useRef<HTMLTableRowElement>(null);
  const now = useNow(MINUTE_MS);
  useEffect(() => {
    if (isActive) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isActive]);
  const unit = unitOfAlert(alert, measures);
  const limit = thresholdWords(alert, unit);
  return (
    <tr ref={row} className={isActive ? 'alert-row alert-row-on' : 'alert-row'} aria-current={isActive ? 'true' : undefined}>
      {ticks ? (
        <td className="alert-tick">
          {alert.status === 'resolved' ? null : (
            <TickBox label={`Tick ${alert.rule_name}: ${alert.message}`} checked={isTicked} onChange={() => onTick(alert)} />
          )}
        </td>
      ) : null}
      <td data-label="Severity">
        <SeverityTag severity={alert.severity} />
      </td>
      <th scope="row" className="alert-what">
        <Link to="/alerts/$alertId" params={{ alertId: alert.id }} className="link-plain" title={alert.message}>
          {alert.message}
        </Link>
        <AlertLabels alert={alert} />
      </th>
      <td className="num alert-value" data-label="Value">
        <b>{formatAlertValue(alert.value, unit)}</b>
        {limit === '' ? null : <small>{limit}</small>}
      </td>
      <td className="alert-since" data-label="Since">
        <RelativeTime time={alert.triggered_at} />
        {alert.status === 'resolved' ? <small>for {openFor(alert, now)}</small> : null}
      </td>
      <td className="alert-state" data-label="State">
        <AlertStatusTags alert={alert} />
        {alert.status === 'acknowledged' && alert.acknowledged_by !== null ? (
          <small className="alert-by truncate" title={alert.acknowledged_by}>
            by {alert.acknowledged_by}
          </small>
        ) : null}
      </td>
    </tr>
  );
}

interface TickBoxProps {
  label: string;
  checked: boolean;
  isPartly?: boolean;
  onChange: (checked: boolean) => void;
}

function TickBox({ label, checked, isPartly = false, onChange }: TickBoxProps) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = isPartly;
  }, [isPartly]);
  return <input ref={box} type="checkbox" aria-label={label} checked={checked} onChange={(event) => onChange(event.target.checked)} />;
}
