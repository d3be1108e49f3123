import type { TargetKind } from '@sightglass/contract/availabilityTargets';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { targetsQuery } from '../../api/targets.ts';
import { useShell } from '../../shell/shellContext.ts';
import { Button } from '../../ui/Button.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { TargetDialog } from './TargetDialog.tsx';
import { targetOf, targetText, targetVerdict } from './targetVerdict.ts';
import './tools.css';

interface TargetCellProps {
  kind: TargetKind;
  /** Null: a group without a name can be held to nothing. */
  name: string | null;
  availability: number | null;
}

/** What something is held to, and whether it keeps it; whoever may set targets presses it to set one. */
export function TargetCell({ kind, name, availability }: TargetCellProps) {
  const [open, setOpen] = useState(false);
  const targets = useQuery(targetsQuery);
  const mayWrite = useShell().me.permissions.includes('settings.write');
  if (name === null || targets.data === undefined) return <span className="dim">–</span>;
  const target = targetOf(targets.data.targets, kind, name);
  const verdict = targetVerdict(availability, target);
  return (
    <span className="target-cell">
      {verdict === 'missed' ? <Tag tone="crit">missed</Tag> : verdict === 'met' ? <Tag tone="ok">met</Tag> : null}
      {mayWrite ? (
        <Button
          variant="ghost"
          aria-label={target === null ? `Set a target for ${name}` : `Target of ${name}: ${targetText(target)}. Change it`}
          onClick={() => setOpen(true)}
        >
          {target === null ? 'Set target' : targetText(target)}
        </Button>
      ) : (
        <span className="dim" title="An owner or admin of the workspace can set targets">
          {target === null ? 'none' : targetText(target)}
        </span>
      )}
      {open ? <TargetDialog kind={kind} name={name} target={target} onClose={() => setOpen(false)} /> : null}
    </span>
  );
}
