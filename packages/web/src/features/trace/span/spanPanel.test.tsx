import type { SpanDetail } from '@sightglass/contract/trace';
import { createMemoryHistory, createRootRoute, createRouter, RouterContextProvider } from '@tanstack/react-router';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { spanForTest } from '../model/spanForTest.ts';
import { CostBlock } from './CostBlock.tsx';
import { SpanFigures } from './SpanFigures.tsx';

const words = (html: string) =>
  html
    .replace(/<[^>]*>/g, '|')
    .split('|')
    .filter((word) => word !== '');

function detailForTest(fields: Partial<SpanDetail>): SpanDetail {
  return {
    ...spanForTest({ span_id: 'a', kind: 'llm' }),
    input_messages: [],
    output_messages: [],
    documents: [],
    tool_definitions: [],
    resource: {},
    cost_breakdown: null,
    usage_reported: {},
    ...fields,
  };
}

describe('SpanFigures', () => {
  const figures = (fields: Partial<SpanDetail>) => {
    const detail = detailForTest(fields);
    return words(renderToStaticMarkup(<SpanFigures span={detail} detail={detail} startMs={977} />));
  };
  const figure = (fields: Partial<SpanDetail>, name: string) => {
    const shown = figures(fields);
    return shown[shown.indexOf(name) + 1];
  };

  it.each(['First token', 'Input', 'Output', 'of which cached', 'of which reasoning', 'Finish', 'Temperature'])(
    '%s is unknown when it was not sent',
    (name) => {
      expect(figure({}, name)).toBe('unknown');
    },
  );

  it('shows a zero that was sent as a zero', () => {
    expect(figure({ reasoning_tokens: 0 }, 'of which reasoning')).toBe('0');
    expect(figure({ attributes: { 'gen_ai.request.temperature': 0 } }, 'Temperature')).toBe('0');
  });

  it('marks estimated tokens and says where a superseded call is counted', () => {
    expect(figure({ input_tokens: 1200, usage_estimated: true }, 'Input')).toBe('≈ 1,200');
    expect(figures({ superseded: true }).join(' ')).toContain('counted there, not here');
  });

  it('leaves the numbers of calls away from spans that are none', () => {
    expect(figures({ kind: 'http' })).not.toContain('Input');
  });
});

describe('CostBlock', () => {
  const router = createRouter({ routeTree: createRootRoute(), history: createMemoryHistory() });
  const markup = (fields: Partial<SpanDetail>) => {
    const detail = detailForTest(fields);
    return renderToStaticMarkup(
      <RouterContextProvider router={router}>
        <CostBlock span={detail} detail={detail} />
      </RouterContextProvider>,
    );
  };
  const block = (fields: Partial<SpanDetail>) => words(markup(fields));
  const ONE_LINE = {
    lines: [{ class: 'input' as const, quantity: 1, usd_per_million: '1', cost_usd: '0.000001' }],
    total_usd: '0.000001',
    price_id: 'prc_1',
    price_model: 'gpt-4o',
    price_from: null,
    tier: 'batch',
  };

  it('explains the sum line by line', () => {
    const shown = block({
      cost_usd: '0.0106825',
      cost_source: 'price_book',
      cost_breakdown: {
        lines: [
          { class: 'input', quantity: 1809, usd_per_million: '2.5', cost_usd: '0.0045225' },
          { class: 'cache_read', quantity: 1280, usd_per_million: '1.25', cost_usd: '0.0016' },
          { class: 'output', quantity: 456, usd_per_million: '10', cost_usd: '0.00456' },
        ],
        total_usd: '0.0106825',
        price_id: 'prc_1',
        price_model: 'gpt-4o',
        price_from: '2026-08-01T00:00:00Z',
        tier: null,
      },
    });
    expect(shown).toEqual([
      '$0.0106825',
      'computed from the price book',
      '1,809 input × $2.50 / M',
      '$0.0045225',
      '1,280 cached × $1.25 / M',
      '$0.0016000',
      '456 output × $10.00 / M',
      '$0.0045600',
      'Bundled price of ',
      'gpt-4o',
      ' since 2026-08-01',
    ]);
  });

  it('says whose price it was and by which rule the tokens were counted, and leads to the price', () => {
    const fields = { cost_usd: '0.000001', cost_source: 'override' as const, cost_breakdown: ONE_LINE, token_rule: 'ai-sdk:input+cache' };
    expect(block(fields).slice(-4)).toEqual([
      'Own price of ',
      'gpt-4o',
      ', tier batch',
      'Token rule · AI SDK: cached tokens were added to the input',
    ]);
    expect(markup(fields)).toContain('href="/prices?q=gpt-4o"');
    expect(block({ ...fields, cost_source: 'estimated' })).toContain('Price of ');
  });

  it('never shows an unknown cost as nothing', () => {
    expect(block({ input_tokens: 5, request_model: 'mine' })).toEqual(['Cost unknown', 'not priced: no price is known for mine', 'Unpriced models']);
    expect(block({ cost_usd: '0', cost_source: 'price_book' })[0]).toBe('$0.00');
  });
});
