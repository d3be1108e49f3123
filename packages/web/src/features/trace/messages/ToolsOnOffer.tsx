import type { SpanDetail } from '@sightglass/contract/trace';
import { formatQuantity } from '../../../ui/formatCount.ts';
import { ValueBlock } from '../text/ValueBlock.tsx';
import './toolsOnOffer.css';
import { uniqueKeys } from '../model/uniqueKeys.ts';

/** The tools the model could have called, folded: names first, what they take on request. */
export function ToolsOnOffer({ tools }: { tools: SpanDetail['tool_definitions'] }) {
  if (tools.length === 0) return null;
  const keys = uniqueKeys(tools.map((tool) => tool.name));
  return (
    <details className="tools-offered">
      <summary>
        {formatQuantity(tools.length, 'tool')} on offer <small>{tools.map((tool) => tool.name).join(', ')}</small>
      </summary>
      <ul>
        {tools.map((tool, i) => (
          <li key={keys[i]}>
            <details>
              <summary>
                <b>{tool.name}</b> {tool.description === null ? null : <span>{tool.description}</span>}
              </summary>
              {tool.parameters === null || tool.parameters === undefined ? (
                <p className="dim">No parameters were sent.</p>
              ) : (
                <ValueBlock value={tool.parameters} />
              )}
            </details>
          </li>
        ))}
      </ul>
    </details>
  );
}
