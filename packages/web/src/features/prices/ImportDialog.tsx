import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ChangeEvent, useId, useState } from 'react';
import { importPrices, PRICES_KEY } from '../../api/prices.ts';
import { ProblemState } from '../../api/ProblemState.tsx';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { changesAnything, FILE_BYTES_MAX, importBody, type ImportMode, importWords } from './importFile.ts';
import './importDialog.css';

interface ChosenFile {
  name: string;
  text: string;
}

/** Takes prices over from a file: what that would do is shown first, and done only when it is asked for. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const id = useId();
  const client = useQueryClient();
  const [file, setFile] = useState<ChosenFile | null>(null);
  const [mode, setMode] = useState<ImportMode>('merge');
  const [unreadable, setUnreadable] = useState<string | null>(null);
  const run = useMutation({
    mutationFn: async ({ text, asked, dryRun }: { text: string; asked: ImportMode; dryRun: boolean }) => {
      const built = importBody(text, asked, dryRun);
      if ('problem' in built) throw new Error(built.problem);
      return { result: await importPrices(built.body), dryRun };
    },
    onSuccess: ({ dryRun }) => (dryRun ? undefined : client.invalidateQueries({ queryKey: PRICES_KEY })),
  });
  const preview = (text: string, asked: ImportMode) => run.mutate({ text, asked, dryRun: true });
  const choose = async (event: ChangeEvent<HTMLInputElement>) => {
    const chosen = event.target.files?.[0];
    if (chosen === undefined) return;
    setFile(null);
    run.reset();
    if (chosen.size > FILE_BYTES_MAX) return setUnreadable('The file is larger than 5 MB: it cannot be a file of prices.');
    try {
      const text = await chosen.text();
      setUnreadable(null);
      setFile({ name: chosen.name, text });
      preview(text, mode);
    } catch {
      setUnreadable('The file cannot be read. Choose it again.');
    }
  };
  const done = run.data !== undefined && !run.data.dryRun;
  return (
    <Dialog open onOpenChange={(open) => (open || run.isPending ? undefined : onClose())} title="Import prices">
      <div className="dialog-body import-prices">
        <div className="text-field">
          <label htmlFor={id}>A file of prices, as Export writes it</label>
          <input id={id} type="file" accept=".json,application/json" disabled={run.isPending} onChange={(event) => void choose(event)} />
        </div>
        <fieldset className="import-modes" disabled={run.isPending || done}>
          <legend>Prices of this workspace that the file does not name</legend>
          {(['merge', 'replace'] as const).map((each) => (
            <label key={each}>
              <input
                type="radio"
                name={`${id}-mode`}
                checked={mode === each}
                onChange={() => {
                  setMode(each);
                  if (file !== null) preview(file.text, each);
                }}
              />
              {each === 'merge' ? 'stay as they are' : 'are removed'}
            </label>
          ))}
        </fieldset>
        {unreadable === null ? null : (
          <p className="worse" role="alert">
            {unreadable}
          </p>
        )}
        {run.error !== null ? <ProblemState error={run.error} what="The file cannot be imported" /> : null}
        <p role="status">
          {run.isPending ? 'Waiting …' : run.data === undefined ? '' : `${done ? 'Imported: ' : 'Would be: '}${importWords(run.data.result)}`}
        </p>
        {run.data === undefined ? null : (
          <p className="dim">
            {done
              ? 'They hold for what arrives from now on. Stored calls keep their cost until a recompute.'
              : 'Nothing is changed yet. All of the file is taken over, or none of it.'}
          </p>
        )}
        <div className="import-actions">
          {done ? (
            <Button variant="primary" onClick={onClose}>
              Close
            </Button>
          ) : (
            <>
              <Button onClick={onClose} disabled={run.isPending}>
                Cancel
              </Button>
              <Button
                variant="primary"
                disabled={file === null || run.isPending || run.data === undefined || !changesAnything(run.data.result)}
                onClick={() => file !== null && run.mutate({ text: file.text, asked: mode, dryRun: false })}
              >
                Import
              </Button>
            </>
          )}
        </div>
      </div>
    </Dialog>
  );
}
