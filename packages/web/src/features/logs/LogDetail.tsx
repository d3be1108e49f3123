import type { Log } from '@sightglass/contract/log';
import { FilterValue } from '../../filters/FilterValue.tsx';
import { DetailBlock, FactList, LongText, RecordDetail } from '../../records/RecordDetail.tsx';
import type { RecordPlaceName } from '../../records/RecordLine.tsx';
import { AttributeTable } from '../trace/span/AttributeTable.tsx';
import { FoldedSection } from '../trace/span/SpanSection.tsx';
import { JsonTree } from '../trace/text/JsonTree.tsx';

type Name = Extract<keyof Log, string>;
/** What a log belongs to, in the order in which one asks. Names are those of the filters; `method` has none. */
const FACTS: readonly (readonly [name: Name, label: string])[] = [
  ['service_name', 'Service'],
  ['agent_id', 'Agent'],
  ['run_id', 'Run'],
  ['session_id', 'Session'],
  ['user_id', 'User'],
  ['department', 'Department'],
  ['endpoint', 'Endpoint'],
  ['environment', 'Environment'],
  ['event_name', 'Event'],
  ['trace_id', 'Trace'],
  ['span_id', 'Span'],
];

/** Everything about one log. */
export function LogDetail({ log, place }: { log: Log; place: RecordPlaceName }) {
  const attributes = Object.keys(log.attributes).length;
  const resource = Object.keys(log.resource).length;
  const hasBody = log.body !== null && log.body !== undefined;
  const sentAs = [log.severity_text, log.severity_number === null ? null : `severity ${log.severity_number}`].filter((part) => part !== null);
  const facts = FACTS.flatMap(([name, label]) => {
    const value = log[name];
    if (typeof value !== 'string' || value === '') return [];
    return [
      {
        label,
        value: (
          <>
            {place === 'list' ? <FilterValue name={name} label={label.toLowerCase()} value={value} /> : value}
            {name === 'endpoint' && log.method !== null ? <span className="dim"> {log.method}</span> : null}
          </>
        ),
      },
    ];
  });
  return (
    <RecordDetail record={log} place={place} note={sentAs.length === 0 ? null : `sent as ${sentAs.join(', ')}`}>
      {log.message === '' || hasBody ? null : <LongText text={log.message} />}
      {log.exception === null ? null : (
        <DetailBlock label="Exception">
          <LongText text={log.exception} failure />
        </DetailBlock>
      )}
      {hasBody ? (
        <DetailBlock label="Body">
          <JsonTree value={log.body} />
        </DetailBlock>
      ) : null}
      <FactList facts={facts} />
      {attributes === 0 ? null : (
        <DetailBlock label="Attributes">
          <AttributeTable attributes={log.attributes} label="attributes" />
        </DetailBlock>
      )}
      {resource === 0 ? null : (
        <FoldedSection title="Resource" note={resource}>
          <AttributeTable attributes={log.resource} label="resource attributes" />
        </FoldedSection>
      )}
    </RecordDetail>
  );
}
