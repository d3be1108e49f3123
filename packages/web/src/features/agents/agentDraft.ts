import type { AgentChanges, JudgedAgent } from '@sightglass/contract/agent';
import { lineValues } from '../settings/lineList.ts';

/** What is typed into the dialog. */
export interface AgentDraft {
  agentId: string;
  name: string;
  owner: string;
  department: string;
  /** One a line. */
  tags: string;
}

export const EMPTY_DRAFT: AgentDraft = { agentId: '', name: '', owner: '', department: '', tags: '' };

export const draftOf = ({ agent_id, name, owner, department, tags }: JudgedAgent): AgentDraft => ({
  agentId: agent_id,
  name: name ?? '',
  owner: owner ?? '',
  department: department ?? '',
  tags: tags.join('\n'),
});

/** What was emptied is null: then nothing is said. */
export const changesOf = ({ name, owner, department, tags }: AgentDraft): AgentChanges => ({
  name: name.trim() === '' ? null : name.trim(),
  owner: owner.trim() === '' ? null : owner.trim(),
  department: department.trim() === '' ? null : department.trim(),
  tags: lineValues(tags),
});
