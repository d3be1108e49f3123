import { ANOMALY_MEASURES } from '@sightglass/contract/routes/anomalies';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { measuresQuery } from '../../api/metrics.ts';
import { useSetSearchText } from '../../routing/useSearchText.ts';
import { Button } from '../../ui/Button.tsx';
import { SelectField } from '../../ui/SelectField.tsx';
import { Suggestions } from '../../ui/Suggestions.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { type AnomalyView, SENSITIVITIES } from './anomalySearch.ts';

const LEVELS = SENSITIVITIES.map((each) => ({
  value: String(each),
  label: each === 1 ? '1: far out only' : each === 5 ? '5: as usual' : each === 10 ? '10: a little unusual, too' : String(each),
}));

/** Which measure of the catalogue is shown, of whom, and how much is unusual. */
export function SeriesChoice({ view }: { view: AnomalyView }) {
  const setSearch = useSetSearchText();
  const measures = useQuery(measuresQuery).data;
  const listId = useId();
  const [measure, setMeasure] = useState(view.measure);
  const [agentId, setAgentId] = useState(view.agentId ?? '');
  const numbers = [...(measures?.values() ?? [])].flatMap(({ name, type }) => (type === 'string' || type === 'time' ? [] : [name]));
  const first = numbers.filter((name) => (ANOMALY_MEASURES as readonly string[]).includes(name));
  const typed = measure.trim();
  const isUnknown = measures !== undefined && typed !== '' && !numbers.includes(typed);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isUnknown && typed !== '') setSearch({ measure: typed, agent_id: agentId.trim() });
  };
  return (
    <form className="anomaly-choice" onSubmit={submit} aria-label="What is shown">
      <TextField
        label="Measure"
        list={listId}
        value={measure}
        onChange={setMeasure}
        problem={isUnknown ? 'There is no measure of this name' : undefined}
        hint={measures?.get(typed)?.title}
      />
      <Suggestions
        id={listId}
        values={[...first, ...numbers.filter((name) => !first.includes(name))]}
        wordsOf={(name) => measures?.get(name)?.title ?? name}
      />
      <TextField label="Agent" placeholder="whole workspace" value={agentId} onChange={setAgentId} />
      <Button type="submit" disabled={isUnknown || typed === ''}>
        Show
      </Button>
      <SelectField
        label="Sensitivity"
        className="anomaly-sensitivity"
        value={String(view.sensitivity)}
        options={LEVELS}
        onChange={(sensitivity) => setSearch({ sensitivity: sensitivity === '5' ? undefined : sensitivity })}
      />
    </form>
  );
}
