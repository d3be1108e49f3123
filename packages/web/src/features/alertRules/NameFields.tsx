import { Switch } from '../../ui/Switch.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { problemAt } from '../settings/fieldErrors.ts';
import { RowList } from '../settings/RowList.tsx';
import type { RuleFields } from './formFields.ts';
import { newTag, type TagRow } from './ruleDraft.ts';

const NAME_CHARS_MAX = 120;
const DESCRIPTION_CHARS_MAX = 2_000;
const TAGS_MAX = 50;

/** What the rule is called, what to know of it, and whether it is at work. `suggested` is its name when none is given. */
export function NameFields({ draft, change, errors, suggested }: Omit<RuleFields, 'measures'> & { suggested: string }) {
  const setTag = (index: number, changes: Partial<TagRow>) =>
    change({ tags: draft.tags.map((tag, each) => (each === index ? { ...tag, ...changes } : tag)) }, '/tags');
  return (
    <>
      <TextField
        label="Name"
        placeholder={suggested}
        maxLength={NAME_CHARS_MAX}
        value={draft.name}
        problem={problemAt(errors, '/name')}
        hint="Empty: what the condition says"
        onChange={(name) => change({ name }, '/name')}
      />
      <TextField
        label="Description"
        placeholder="What to do when it fires, and whom to ask"
        maxLength={DESCRIPTION_CHARS_MAX}
        value={draft.description}
        problem={problemAt(errors, '/description')}
        onChange={(description) => change({ description }, '/description')}
      />
      <div className="text-field">
        <span className="rule-legend">Tags</span>
        <RowList
          label="Tags"
          noun="tag"
          rows={draft.tags}
          rowsMax={TAGS_MAX}
          readOnly={false}
          onAdd={() => newTag()}
          onChange={(tags) => change({ tags }, '/tags')}
          renderRow={(tag, index) => (
            <>
              <TextField
                label="Tag"
                placeholder="team"
                value={tag.name}
                problem={problemAt(errors, `/tags/${index}`)}
                onChange={(name) => setTag(index, { name })}
              />
              <TextField
                label="Value"
                placeholder="support"
                value={tag.value}
                problem={problemAt(errors, `/tags/${tag.name.trim()}`)}
                onChange={(value) => setTag(index, { value })}
              />
            </>
          )}
        />
      </div>
      <Switch
        label="At work"
        description={draft.enabled ? 'It is looked at, for the first time within a minute.' : 'Off: it is kept, and never looked at.'}
        checked={draft.enabled}
        onChange={(enabled) => change({ enabled })}
      />
    </>
  );
}
