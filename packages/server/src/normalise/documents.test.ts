import { describe, expect, it } from 'vitest';
import { documentsInText } from './documents.ts';

describe('documentsInText', () => {
  const metadata = { source: 'a.md', id: 'kb-1', score: 0.9 };
  it.each<[string, unknown, unknown[]]>([
    [
      'LangChain documents with id and score in the metadata',
      { outputs: [{ page_content: 'c', type: 'Document', metadata }] },
      [{ id: 'kb-1', score: 0.9, content: 'c', metadata: JSON.stringify(metadata) }],
    ],
    [
      'serialised LangChain documents',
      { documents: [{ lc: 1, id: ['Document'], kwargs: { pageContent: 'c', metadata } }] },
      [{ id: 'kb-1', score: 0.9, content: 'c', metadata: JSON.stringify(metadata) }],
    ],
    ['a plain list of hits', [{ id: 7, score: '0.5', text: 'c' }], [{ id: '7', score: 0.5, content: 'c', metadata: null }]],
    ['matches', { matches: [{ id: 'a', score: 0.5, metadata: { text: 'c' } }] }, [{ id: 'a', score: 0.5, content: 'c', metadata: '{"text":"c"}' }]],
    ['pairs of document and score', [[{ pageContent: 'c', metadata: {} }, 0.25]], [{ id: null, score: 0.25, content: 'c', metadata: '{}' }]],
    [
      'reranked documents',
      { results: [{ document: { text: 'c' }, relevance_score: 0.75 }] },
      [{ id: null, score: 0.75, content: 'c', metadata: null }],
    ],
    [
      'nodes',
      { nodes: [{ node: { id_: 'n', text: 'c', metadata: { p: 1 } }, score: 0.1 }] },
      [{ id: 'n', score: 0.1, content: 'c', metadata: '{"p":1}' }],
    ],
    ['a nested output', { output: { documents: [{ id: 'a', content: 'c' }] } }, [{ id: 'a', score: null, content: 'c', metadata: null }]],
    [
      'texts',
      ['c', 'd'],
      [
        { id: null, score: null, content: 'c', metadata: null },
        { id: null, score: null, content: 'd', metadata: null },
      ],
    ],
    ['the hits of the only query', [[{ id: 'a', content: 'c' }]], [{ id: 'a', score: null, content: 'c', metadata: null }]],
    ['a score of zero', [{ id: 'a', score: 0 }], [{ id: 'a', score: 0, content: null, metadata: null }]],
    ['no documents', { answer: 'x' }, []],
    ['elements that are no documents', [1, null, { other: 1 }], []],
  ])('reads %s', (_shape, output, documents) => {
    expect(documentsInText(JSON.stringify(output))).toEqual(documents);
  });

  it('finds none in broken or endlessly nested JSON', () => {
    expect(documentsInText('[{"id":"a","content":"cut')).toEqual([]);
    expect(documentsInText(`${'{"output":'.repeat(500)}1${'}'.repeat(500)}`)).toEqual([]);
    expect(documentsInText(`${'['.repeat(500)}${']'.repeat(500)}`)).toEqual([]);
    expect(documentsInText('plain text')).toEqual([]);
  });

  it('keeps at most 1000 documents', () => {
    expect(documentsInText(JSON.stringify(Array.from({ length: 1001 }, () => 'c')))).toHaveLength(1000);
  });
});
