import type { QuerySource } from '@sightglass/contract/querySpec';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import { askCatalogue, textOf } from '../../api/metrics.ts';
import { Suggestions } from '../../ui/Suggestions.tsx';
import { TextField } from '../../ui/TextField.tsx';

const SUGGESTIONS_MAX = 50;
const STALE_AFTER_MS = 60_000;

/** Of what values are suggested: a dimension of the telemetry of the last week. */
export interface SuggestedFrom {
  source: QuerySource;
  measure: string;
  field: string;
}
/** What every agent, model and provider is told by. */
export const ofSpans = (field: string): SuggestedFrom => ({ source: 'spans', measure: 'spans', field });

interface ValueFieldProps {
  label: string;
  /** Null: nothing is suggested. */
  from: SuggestedFrom | null;
  value: string;
  onChange: (value: string) => void;
  problem?: string | undefined;
  hint?: ReactNode;
  placeholder?: string;
  className?: string;
}

/** A text of which those are suggested that occurred in the last week; any other may be typed. */
export function ValueField({ from, ...field }: ValueFieldProps) {
  const listId = useId();
  const { source = 'spans', measure = 'spans', field: name = '' } = from ?? {};
  const { data } = useQuery({
    queryKey: ['field-values', source, measure, name],
    queryFn: ({ signal }) =>
      askCatalogue(
        {
          source,
          measures: [measure],
          group_by: [name],
          filters: [{ field: name, op: 'exists', value: true }],
          from: 'now-7d',
          to: 'now',
          limit: SUGGESTIONS_MAX,
        },
        signal,
      ),
    enabled: name !== '',
    staleTime: STALE_AFTER_MS,
    retry: false,
  });
  const values = (data?.rows ?? []).flatMap((row) => textOf(row, name) ?? []);
  return (
    <>
      <TextField {...field} list={listId} />
      <Suggestions id={listId} values={values} />
    </>
  );
}
