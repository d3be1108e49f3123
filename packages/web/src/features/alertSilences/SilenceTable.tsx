import type { Silence } from '@sightglass/contract/alertSilence';
import { useTimeZone } from '../../time/timeZone.ts';
import { Button } from '../../ui/Button.tsx';
import { NOT_SENT } from '../../ui/formatMoney.ts';
import { formatMinute } from '../../ui/formatTime.ts';
import { TableHead, unseen } from '../../ui/TableHead.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { matcherWords } from './silenceDraft.ts';
import { RelativeTime } from '../../time/RelativeTime.tsx';

interface SilenceTableProps {
  silences: readonly Silence[];
  ruleNames: ReadonlyMap<string, string>;
  mayChange: boolean;
  onEnd: (silence: Silence) => void;
}

const REPEAT_WORDS = { daily: 'again every day', weekly: 'again every week' } as const;

/** Silences: what alerts must have to be meant, from when to when, and whose idea it was. */
export function SilenceTable({ silences, ruleNames, mayChange, onEnd }: SilenceTableProps) {
  const zone = useTimeZone();
  return (
    <div className="narrow-scroll">
      <table className="table narrow-cards silence-table">
        <TableHead columns={['Alerts', 'From', 'Until', 'Comment', 'By', unseen('Actions')]} />
        <tbody>
          {silences.map((silence) => (
            <tr key={silence.id}>
              <th scope="row" className="silence-matchers">
                {matcherWords(silence.matchers, ruleNames).map((words) => (
                  <Tag key={words} title={words}>
                    <span className="truncate">{words}</span>
                  </Tag>
                ))}
              </th>
              <td data-label="From">{formatMinute(Date.parse(silence.starts_at), zone)}</td>
              <td data-label="Until">
                <span className="silence-until">
                  {formatMinute(Date.parse(silence.ends_at), zone)}
                  {silence.repeat === null ? (
                    silence.state === 'active' ? (
                      <span className="dim">
                        <RelativeTime time={silence.ends_at} />
                      </span>
                    ) : null
                  ) : (
                    <Tag tone="info">{REPEAT_WORDS[silence.repeat]}</Tag>
                  )}
                </span>
              </td>
              <td data-label="Comment" className="silence-comment">
                {silence.comment === '' ? <span className="dim">{NOT_SENT}</span> : silence.comment}
              </td>
              <td data-label="By">{silence.created_by ?? <span className="dim">{NOT_SENT}</span>}</td>
              <td className="silence-actions">
                {silence.state === 'expired' ? null : (
                  <Button disabled={!mayChange} title={mayChange ? undefined : 'Your role may not end silences'} onClick={() => onEnd(silence)}>
                    {silence.state === 'active' ? 'End now' : 'Delete'}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
