import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Download, Plus, Upload } from 'lucide-react';
import { useState } from 'react';
import { readPriceFile } from '../../api/prices.ts';
import { asProblem } from '../../api/ProblemState.tsx';
import { keepRange } from '../../time/keepRange.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { useMayChange } from '../settings/SettingsPage.tsx';
import { ImportDialog } from './ImportDialog.tsx';

/** What is done with the book as a whole. */
export function BookActions() {
  const mayChange = useMayChange();
  const [importing, setImporting] = useState(false);
  const download = useMutation({ mutationFn: async () => saveAsFile(JSON.stringify(await readPriceFile(), null, 2), 'prices.json') });
  return (
    <>
      <span role="status" className={download.error === null ? 'visually-hidden' : 'worse'}>
        {download.error === null ? '' : `Not exported: ${asProblem(download.error).message}`}
      </span>
      <Button onClick={() => download.mutate()} disabled={download.isPending} title="The prices of this workspace as a file that can be imported">
        <Download aria-hidden="true" />
        Export
      </Button>
      {mayChange ? (
        <>
          <Button onClick={() => setImporting(true)}>
            <Upload aria-hidden="true" />
            Import
          </Button>
          <Link to="/prices/set" search={keepRange} className={buttonClass('primary')}>
            <Plus aria-hidden="true" />
            Set a price
          </Link>
        </>
      ) : null}
      {importing ? <ImportDialog onClose={() => setImporting(false)} /> : null}
    </>
  );
}

function saveAsFile(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  URL.revokeObjectURL(address);
}
