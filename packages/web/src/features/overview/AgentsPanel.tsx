import { Link } from '@tanstack/react-router';
import { type QueryRow, textOf } from '../../api/metrics.ts';
import { keepRange } from '../../time/keepRange.ts';
import { countColumn, errorsColumn, USAGE_COLUMNS, USAGE_MEASURES } from './rankColumns.tsx';
import { RankPanel } from './RankPanel.tsx';

const QUESTION = { measures: [...USAGE_MEASURES, 'runs'], group_by: ['agent_id'] };

const ofAgent = (row: QueryRow) => {
  const agent = textOf(row, 'agent_id');
  return agent === null ? null : { agent_id: agent };
};
const COLUMNS = [countColumn('Runs', 'runs'), errorsColumn(ofAgent), ...USAGE_COLUMNS];

/** What each agent did in the range. */
export function AgentsPanel() {
  return (
    <RankPanel
      title="Agents"
      question={QUESTION}
      empty="No agent was seen in this range"
      nameLabel="Agent"
      columns={COLUMNS}
      rowKey={(row) => textOf(row, 'agent_id') ?? ''}
      renderName={(row) => {
        const filter = ofAgent(row);
        if (filter === null) return <span className="dim">no agent named</span>;
        return (
          <Link to="/traces" search={(search) => ({ ...keepRange(search), ...filter })} className="link truncate" title={filter.agent_id}>
            {filter.agent_id}
          </Link>
        );
      }}
    />
  );
}
