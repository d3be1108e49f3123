import { useEffect } from 'react';
import { asProblem } from '../../api/ProblemState.tsx';
import { useShortcuts } from '../../shell/shortcuts.ts';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { Button } from '../../ui/Button.tsx';
import { formatQuantity } from '../../ui/formatCount.ts';
import { Who } from './LastChange.tsx';
import { LeaveGuard } from './LeaveGuard.tsx';
import type { Changed, SettingForm } from './useSettingForm.ts';

type Saving = Pick<
  SettingForm<Changed, object>,
  'dirty' | 'errors' | 'refusals' | 'failure' | 'saving' | 'justSaved' | 'theirs' | 'save' | 'discard'
>;

/** What is not saved yet, why it could not be, and the ways on. Stays in sight while one scrolls. */
export function SaveBar({ form }: { form: Saving }) {
  const { dirty, errors, refusals, failure, saving, justSaved, theirs, save, discard } = form;
  useEffect(() => {
    if (refusals > 0) document.querySelector<HTMLElement>('main [aria-invalid="true"]')?.focus();
  }, [refusals]);
  useShortcuts([
    {
      keys: 'mod+s',
      label: 'Save changes',
      group: 'Settings',
      run: () => (dirty && !saving && theirs === null ? save() : undefined),
    },
  ]);
  return (
    <>
      <LeaveGuard dirty={dirty} />
      <div role="status" className={dirty || justSaved ? 'save-bar' : 'visually-hidden'}>
        {!dirty ? (
          justSaved ? (
            'Saved. It holds for what arrives from now on.'
          ) : (
            ''
          )
        ) : (
          <>
            <div className="save-bar-words">
              {theirs !== null ? (
                <span className="worse">
                  Somebody changed this while you did
                  {theirs.updated_at === null ? null : (
                    <>
                      {' ('}
                      <RelativeTime time={theirs.updated_at} />
                      {theirs.updated_by === null ? null : (
                        <>
                          , <Who id={theirs.updated_by} />
                        </>
                      )}
                      )
                    </>
                  )}
                  . Nothing of yours is saved.
                </span>
              ) : errors.length > 0 ? (
                <span className="worse">Not saved: {formatQuantity(errors.length, 'field')} to correct.</span>
              ) : failure !== null ? (
                <span className="worse">Not saved: {asProblem(failure).message}</span>
              ) : (
                'Your changes are not saved.'
              )}
            </div>
            <div className="save-bar-actions">
              <Button onClick={discard} disabled={saving}>
                {theirs === null ? 'Discard' : 'Take theirs'}
              </Button>
              <Button variant="primary" disabled={saving} onClick={() => save({ overTheirs: theirs !== null })}>
                {saving ? 'Saving …' : theirs === null ? 'Save changes' : 'Save mine over theirs'}
              </Button>
            </div>
          </>
        )}
      </div>
    </>
  );
}
