import type { FieldError } from '@sightglass/contract/errors';
import type { PriceItem } from '@sightglass/contract/price';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { PRICES_KEY, setPrice } from '../../api/prices.ts';
import { asProblem } from '../../api/ProblemState.tsx';
import { useTimeZone } from '../../time/timeZone.ts';
import { sameDraft } from '../settings/rows.ts';
import { type PriceDraft, priceBody } from './priceDraft.ts';

export interface PriceForm {
  draft: PriceDraft;
  /** `pointer` names the field that was changed: what was wrong with it is forgotten. Without it, everything is. */
  change: (changes: Partial<PriceDraft>, pointer?: string) => void;
  /** Begins anew with another draft. */
  begin: (draft: PriceDraft) => void;
  /** Whether leaving would lose something. */
  dirty: boolean;
  errors: readonly FieldError[];
  /** How often fields were refused: it grows with each attempt. */
  refusals: number;
  /** Why it was not saved, when that lies in no field. */
  failure: unknown;
  saving: boolean;
  /** As the server has it; null before it is saved. */
  saved: PriceItem | null;
  save: () => void;
}

const NO_ERRORS: readonly FieldError[] = [];

/** A price as a draft that is sent whole. Nothing counts as set before the server has said so. */
export function usePriceForm(initial: PriceDraft): PriceForm {
  const client = useQueryClient();
  const zone = useTimeZone();
  const [base, setBase] = useState(initial);
  const [draft, setDraft] = useState(initial);
  const [errors, setErrors] = useState(NO_ERRORS);
  const [refusals, setRefusals] = useState(0);
  const refuse = (wrong: readonly FieldError[]) => {
    setErrors(wrong);
    setRefusals((count) => count + 1);
  };
  const saving = useMutation({
    mutationFn: setPrice,
    onSuccess: () => void client.invalidateQueries({ queryKey: PRICES_KEY }),
    onError: (error) => refuse(asProblem(error).errors),
  });
  return {
    draft,
    change: (changes, pointer) => {
      setDraft((before) => ({ ...before, ...changes }));
      setErrors((before) => (pointer === undefined ? NO_ERRORS : before.filter((error) => error.pointer !== pointer)));
      if (!saving.isPending) saving.reset();
    },
    begin: (next) => {
      setBase(next);
      setDraft(next);
      setErrors(NO_ERRORS);
      saving.reset();
    },
    dirty: saving.data === undefined && !sameDraft(draft, base),
    errors,
    refusals,
    failure: saving.error !== null && asProblem(saving.error).errors.length === 0 ? saving.error : null,
    saving: saving.isPending,
    saved: saving.data ?? null,
    save: () => {
      const result = priceBody(draft, zone, Date.now());
      if ('errors' in result) refuse(result.errors);
      else saving.mutate(result.body);
    },
  };
}
