import type { AlertRule } from '@sightglass/contract/alertRule';
import type { FilteredList } from '../../filters/facets.ts';
import type { Tone } from '../../ui/Tag.tsx';
import { KINDS, SEVERITY_WORDS } from './ruleWords.ts';

/** How one narrows the list of rules. The names are those of the API. */
export const RULE_LIST: FilteredList = {
  noun: 'rule',
  searched: 'names',
  facets: [
    { kind: 'choice', name: 'kind', label: 'Kind', primary: true, options: KINDS },
    { kind: 'choice', name: 'severity', label: 'Severity', primary: true, options: Object.keys(SEVERITY_WORDS) },
    { kind: 'choice', name: 'enabled', label: 'At work', primary: true, options: ['true', 'false'] },
    { kind: 'choice', name: 'evaluation', label: 'Evaluation', primary: true, options: ['ok', 'error'] },
  ],
  source: 'spans',
  measure: 'spans',
};

/** Where a rule stands, in a word. */
export function ruleState({ enabled, evaluation, state }: Pick<AlertRule, 'enabled' | 'evaluation' | 'state'>): { label: string; tone: Tone } {
  if (!enabled) return { label: 'Off', tone: 'plain' };
  if (evaluation === 'error') return { label: 'Cannot be evaluated', tone: 'crit' };
  switch (state) {
    case 'inactive':
      return { label: 'Quiet', tone: 'ok' };
    case 'pending':
      return { label: 'Pending', tone: 'info' };
    case 'firing':
      return { label: 'Firing', tone: 'crit' };
    case 'keep_firing':
      return { label: 'Ending', tone: 'warn' };
  }
}
