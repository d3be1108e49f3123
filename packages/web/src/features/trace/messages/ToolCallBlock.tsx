import { Wrench } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ToolBlock } from '../model/messageThread.ts';
import { ValueBlock } from '../text/ValueBlock.tsx';
import './toolCallBlock.css';

/** A tool call and what it answered, as one thing. */
export function ToolCallBlock({ block, run }: { block: ToolBlock; run?: ReactNode }) {
  return (
    <section className="tool-call">
      <header>
        <Wrench aria-hidden="true" />
        <b>{block.name === '' ? 'tool without a name' : block.name}</b>
        {run === undefined || run === null ? null : <span className="tool-call-run">{run}</span>}
      </header>
      <div className="tool-call-part">
        <p className="tool-call-label">Arguments</p>
        <ValueBlock value={block.arguments} />
      </div>
      {block.answered ? (
        <div className="tool-call-part">
          <p className="tool-call-label">Result</p>
          <ValueBlock value={block.result} />
        </div>
      ) : null}
    </section>
  );
}
