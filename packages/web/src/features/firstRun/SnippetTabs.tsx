import { useMemo } from 'react';
import { useSearchText, useSetSearchText } from '../../routing/useSearchText.ts';
import { CodeBlock } from '../../ui/CodeBlock.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { type SnippetTarget, snippetsFor } from './snippets.ts';

/** One tab a client stack, with what to copy. The chosen one stands in the URL, to be shared with a colleague. */
export function SnippetTabs({ target: { httpUrl, key } }: { target: SnippetTarget }) {
  const search = useSearchText();
  const setSearch = useSetSearchText();
  const snippets = useMemo(() => snippetsFor({ httpUrl, key }), [httpUrl, key]);
  const chosen = snippets.find(({ id }) => id === search.client) ?? snippets[0];
  if (chosen === undefined) return null;
  return (
    <Tabs
      label="Client"
      className="snippets"
      value={chosen.id}
      onChange={(id) => setSearch({ client: id })}
      tabs={snippets.map(({ id, label }) => ({ value: id, label }))}
    >
      <div className="snippet">
        <p className="dim">{chosen.note}</p>
        {chosen.blocks.map(({ title, code }) => (
          <CodeBlock key={title} title={title} code={code} />
        ))}
      </div>
    </Tabs>
  );
}
