import type { AlertRule } from '@sightglass/contract/alertRule';
import { Link } from '@tanstack/react-router';
import { Copy, Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { IconButton } from '../../ui/Button.tsx';
import { formatCount } from '../../ui/formatCount.ts';
import { Menu, MenuItem } from '../../ui/Menu.tsx';
import { Switch } from '../../ui/Switch.tsx';
import { num, TableHead, unseen } from '../../ui/TableHead.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { SeverityTag } from '../alerts/AlertTags.tsx';
import { ruleState } from './ruleList.ts';
import { conditionWords, KIND_WORDS, type MeasuresByName, watchedBy } from './ruleWords.ts';

interface RuleTableProps {
  rules: readonly AlertRule[];
  measures: MeasuresByName;
  mayChange: boolean;
  /** The rule that is being switched on or off. */
  busyId: string | undefined;
  onSwitch: (rule: AlertRule, enabled: boolean) => void;
  onOpen: (rule: AlertRule) => void;
  onCopy: (rule: AlertRule) => void;
  onDelete: (rule: AlertRule) => void;
}

/** Rules, each with its condition as a sentence, and what became of its last evaluation. */
export function RuleTable({ rules, ...rest }: RuleTableProps) {
  return (
    <div className="narrow-scroll">
      <table className="table narrow-cards switch-cards rule-table">
        <TableHead columns={['At work', 'Rule', 'Kind', 'Severity', 'State', num('Open alerts'), 'Evaluated', unseen('Actions')]} />
        <tbody>
          {rules.map((rule) => (
            <RuleRow key={rule.id} rule={rule} {...rest} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RuleRow({ rule, measures, mayChange, busyId, onSwitch, onOpen, onCopy, onDelete }: { rule: AlertRule } & Omit<RuleTableProps, 'rules'>) {
  const { label, tone } = ruleState(rule);
  return (
    <tr className={rule.enabled ? undefined : 'rule-off'}>
      <td className="switch-cell" title={mayChange ? undefined : 'Your role may not change rules'}>
        <Switch
          label={`${rule.name} at work`}
          labelHidden
          checked={rule.enabled}
          disabled={!mayChange || busyId === rule.id}
          onChange={(enabled) => onSwitch(rule, enabled)}
        />
      </td>
      <th scope="row" className="switch-name rule-name">
        <Link to="/alerts/rules/$ruleId" params={{ ruleId: rule.id }} className="link">
          {rule.name}
        </Link>
        <span className="rule-condition">{capital(conditionWords(watchedBy(rule), measures))}</span>
        {rule.last_error === null ? null : (
          <span className="rule-error" role="note">
            {rule.last_error}
          </span>
        )}
      </th>
      <td data-label="Kind">{KIND_WORDS[rule.kind].label}</td>
      <td data-label="Severity">
        <SeverityTag severity={rule.severity} />
      </td>
      <td data-label="State">
        <Tag tone={tone}>{label}</Tag>
      </td>
      <td data-label="Open alerts" className="num">
        {rule.open_alerts === 0 ? (
          <span className="dim">0</span>
        ) : (
          <Link to="/alerts" search={{ rule_id: rule.id }} className="link">
            {formatCount(rule.open_alerts)}
          </Link>
        )}
      </td>
      <td data-label="Evaluated">
        {rule.last_evaluated_at === null ? <span className="dim">never</span> : <RelativeTime time={rule.last_evaluated_at} />}
      </td>
      <td className="narrow-corner">
        <Menu
          align="end"
          trigger={
            <IconButton label={`What to do with ${rule.name}`}>
              <Ellipsis aria-hidden="true" />
            </IconButton>
          }
        >
          <MenuItem icon={<Pencil aria-hidden="true" />} onSelect={() => onOpen(rule)}>
            {mayChange ? 'Change' : 'Look at it'}
          </MenuItem>
          <MenuItem icon={<Copy aria-hidden="true" />} disabled={!mayChange} onSelect={() => onCopy(rule)}>
            Make one like it
          </MenuItem>
          {rule.builtin === null ? (
            <MenuItem icon={<Trash2 aria-hidden="true" />} disabled={!mayChange} onSelect={() => onDelete(rule)}>
              Delete
            </MenuItem>
          ) : null}
        </Menu>
      </td>
    </tr>
  );
}

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
