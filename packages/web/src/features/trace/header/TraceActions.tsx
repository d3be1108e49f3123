import { useNavigate } from '@tanstack/react-router';
import { Check, ChevronLeft, ChevronRight, Copy, Download, Ellipsis, Link2, RotateCw } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { SearchText } from '../../../routing/searchText.ts';
import { useShortcuts } from '../../../shell/shortcuts.ts';
import { Button, IconButton } from '../../../ui/Button.tsx';
import { copyText } from '../../../ui/copyText.ts';
import { Kbd } from '../../../ui/Kbd.tsx';
import { Menu, MenuItem, MenuSeparator } from '../../../ui/Menu.tsx';
import { neighboursOf } from '../../traces/traceNeighbours.ts';
import './traceActions.css';

/** The span belongs to the trace it is in, the view to the person. */
const keepView = (search: SearchText): SearchText => (search.view === undefined ? {} : { view: search.view });

interface TraceActionsProps {
  traceId: string;
  /** The address of exactly what is on screen. */
  permalink: () => string;
  /** Asks for the trace again: spans may have arrived since. */
  onReload: () => void;
}

/** Previous and next trace of the list, copy, download. */
export function TraceActions({ traceId, permalink, onReload }: TraceActionsProps) {
  const navigate = useNavigate();
  const { previous, next } = neighboursOf(traceId);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (said === '') return;
    const timer = setTimeout(() => setSaid(''), 2000);
    return () => clearTimeout(timer);
  }, [said]);
  const open = (id: string | undefined) => {
    if (id !== undefined) void navigate({ to: '/traces/$traceId', params: { traceId: id }, search: keepView });
  };
  const copy = (text: string, what: string) =>
    void copyText(text).then((copied) => setSaid(copied ? `${what} copied` : 'The browser refused to copy'));
  const download = () => {
    const anchor = document.createElement('a');
    anchor.href = `/api/obs/traces/${encodeURIComponent(traceId)}?detail=full`;
    anchor.download = `trace-${traceId}.json`;
    anchor.click();
  };
  useShortcuts([
    { keys: '[', label: 'Previous trace of the list', group: 'Trace', run: () => open(previous) },
    { keys: ']', label: 'Next trace of the list', group: 'Trace', run: () => open(next) },
    { keys: 'c', label: 'Copy a link to this span', group: 'Trace', run: () => copy(permalink(), 'Link') },
  ]);
  return (
    <>
      <IconButton
        label={previous === undefined ? 'No trace before this one in the list' : 'Previous trace'}
        keys="["
        className="trace-neighbour"
        aria-disabled={previous === undefined}
        onClick={() => open(previous)}
      >
        <ChevronLeft aria-hidden="true" />
      </IconButton>
      <IconButton
        label={next === undefined ? 'No trace after this one in the list' : 'Next trace'}
        keys="]"
        className="trace-neighbour"
        aria-disabled={next === undefined}
        onClick={() => open(next)}
      >
        <ChevronRight aria-hidden="true" />
      </IconButton>
      {/* On phones the words are hidden; the name stays. */}
      <Button aria-label={said === 'Link copied' ? said : 'Copy link'} onClick={() => copy(permalink(), 'Link')}>
        {said === 'Link copied' ? <Check aria-hidden="true" /> : <Link2 aria-hidden="true" />}
        <span className="trace-action-label">{said === 'Link copied' ? said : 'Copy link'}</span>
      </Button>
      <Menu
        align="end"
        trigger={
          <Button variant="ghost" className="button-icon" aria-label="More actions">
            <Ellipsis aria-hidden="true" />
          </Button>
        }
      >
        <MenuItem icon={<ChevronLeft aria-hidden="true" />} disabled={previous === undefined} end={<Kbd keys="[" />} onSelect={() => open(previous)}>
          Previous trace
        </MenuItem>
        <MenuItem icon={<ChevronRight aria-hidden="true" />} disabled={next === undefined} end={<Kbd keys="]" />} onSelect={() => open(next)}>
          Next trace
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<Copy aria-hidden="true" />} onSelect={() => copy(traceId, 'Trace id')}>
          Copy trace id
        </MenuItem>
        <MenuItem icon={<RotateCw aria-hidden="true" />} onSelect={onReload}>
          Load again
        </MenuItem>
        <MenuItem icon={<Download aria-hidden="true" />} onSelect={download}>
          Download JSON
        </MenuItem>
      </Menu>
      <span className="trace-said" role="status" data-hidden={said === '' || said === 'Link copied' || undefined}>
        {said}
      </span>
    </>
  );
}
