import { lastAskedRule } from './samplingDraft.ts';

/** Says that rules stand behind one that matches everything. */
export function NeverAsked({ matchesAll, what }: { matchesAll: readonly boolean[]; what: string }) {
  const place = lastAskedRule(matchesAll);
  if (place === null) return null;
  return (
    <p className="rule-note">
      Rule {place + 1} matches every {what}: the rules after it are never asked.
    </p>
  );
}
