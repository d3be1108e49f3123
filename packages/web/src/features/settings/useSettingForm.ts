import type { FieldError } from '@sightglass/contract/errors';
import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { asProblem } from '../../api/ProblemState.tsx';
import { sameDraft } from './rows.ts';

/** What every setting tells about its last change. */
export interface Changed {
  updated_at: string | null;
  updated_by: string | null;
}

/** What a draft comes to: a body to send, or why it cannot be sent. */
export type DraftBody = { body: unknown } | { errors: readonly FieldError[] };

interface SettingFormOptions<S extends Changed, D> {
  /** As it was read last. */
  saved: S;
  queryKey: QueryKey;
  read: () => Promise<S>;
  put: (body: unknown) => Promise<S>;
  draftOf: (saved: S) => D;
  bodyOf: (draft: D) => DraftBody;
}

export interface SettingForm<S extends Changed, D> {
  draft: D;
  /** `pointer` names the field that was changed: what was wrong with it is forgotten. Without it, everything is. */
  change: (changes: Partial<D>, pointer?: string) => void;
  dirty: boolean;
  errors: readonly FieldError[];
  /** How often fields were refused: it grows with each attempt to save them. */
  refusals: number;
  /** Why it was not saved, when that lies in no field. */
  failure: unknown;
  saving: boolean;
  justSaved: boolean;
  /** What somebody else saved while this draft was made of what was there before. */
  theirs: S | null;
  save: (options?: { overTheirs: boolean }) => void;
  /** Goes back to what is saved, by whomever. */
  discard: () => void;
}

const NO_ERRORS: readonly FieldError[] = [];

/** A setting that is edited as a draft and saved whole. Nothing counts as saved before the server has said so. */
export function useSettingForm<S extends Changed, D extends object>(options: SettingFormOptions<S, D>): SettingForm<S, D> {
  const { saved, queryKey, read, put, draftOf, bodyOf } = options;
  const client = useQueryClient();
  const [base, setBase] = useState(saved);
  const [draft, setDraft] = useState(() => draftOf(saved));
  const [errors, setErrors] = useState(NO_ERRORS);
  const [refusals, setRefusals] = useState(0);
  const refuse = (wrong: readonly FieldError[]) => {
    setErrors(wrong);
    setRefusals((count) => count + 1);
  };
  const dirty = !sameDraft(draft, draftOf(base));
  const begin = (setting: S) => {
    setBase(setting);
    setDraft(draftOf(setting));
    setErrors(NO_ERRORS);
  };
  const saving = useMutation({
    mutationFn: async ({ body, overTheirs }: { body: unknown; sent: D; overTheirs: boolean }) => {
      const now = overTheirs ? null : await read();
      if (now !== null && now.updated_at !== base.updated_at) return { setting: now, written: false };
      return { setting: await put(body), written: true };
    },
    onSuccess: ({ setting, written }, { sent }) => {
      client.setQueryData(queryKey, setting);
      if (!written) return;
      setBase(setting);
      // What was typed while it was being saved stays, and is not saved yet.
      setDraft((current) => (sameDraft(current, sent) ? draftOf(setting) : current));
    },
    onError: (error) => refuse(asProblem(error).errors),
  });
  const changedMeanwhile = saved.updated_at !== base.updated_at && !saving.isPending;
  if (changedMeanwhile && !dirty) begin(saved);

  return {
    draft,
    change: (changes, pointer) => {
      setDraft((before) => ({ ...before, ...changes }));
      setErrors((before) => (pointer === undefined ? NO_ERRORS : before.filter((error) => error.pointer !== pointer)));
      if (!saving.isPending) saving.reset();
    },
    dirty,
    errors,
    refusals,
    failure: saving.error !== null && asProblem(saving.error).errors.length === 0 ? saving.error : null,
    saving: saving.isPending,
    justSaved: saving.data?.written === true && !dirty,
    theirs: changedMeanwhile && dirty ? saved : null,
    save: ({ overTheirs } = { overTheirs: false }) => {
      const result = bodyOf(draft);
      if ('errors' in result) refuse(result.errors);
      else saving.mutate({ body: result.body, sent: draft, overTheirs });
    },
    discard: () => {
      begin(saved);
      saving.reset();
    },
  };
}
