import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { Message } from '@sightglass/contract/trace';
import { readMessages, type Side } from './messages.ts';
import { messagesPayload } from './payload.ts';

function read(value: unknown, side: Side = 'input'): Message[] {
  const { format, parts } = messagesPayload(typeof value === 'string' ? value : JSON.stringify(value));
  return readMessages(format, parts, side);
}
const text = (value: string) => ({ type: 'text', text: value }) as const;
const call = (name: string, args: unknown, id: string | null = 'c1') => ({ type: 'tool_call', id, name, arguments: args }) as const;
const result = (value: unknown, name: string | null = null, id: string | null = 'c1') => ({ type: 'tool_result', id, name, result: value }) as const;
const brief = (messages: Message[]) => messages.map(({ role, parts }) => [role, ...parts]);

describe('readMessages', () => {
  it.each<[string, unknown, unknown[]]>([
    [
      'OpenAI chat',
      [
        { role: 'system', content: 's' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'u' },
            { type: 'image_url', image_url: { url: 'https://x.example/a.png' } },
          ],
        },
        { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }] },
        { role: 'tool', tool_call_id: 'c1', content: '{"ok":true}' },
      ],
      [
        ['system', text('s')],
        ['user', text('u'), { type: 'media', media_type: null, url: 'https://x.example/a.png', size_bytes: null }],
        ['assistant', call('f', { a: 1 })],
        ['tool', result({ ok: true })],
      ],
    ],
    [
      'the OpenTelemetry conventions',
      [
        {
          role: 'user',
          parts: [
            { type: 'text', content: 'u' },
            { type: 'blob', mime_type: 'image/png', modality: 'image', content: 'AAAA' },
            { type: 'uri', uri: 'gs://b/c', mime_type: 'audio/mp3' },
          ],
        },
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', content: 'hm' },
            { type: 'tool_call', id: 'c1', name: 'f', arguments: { a: 1 } },
          ],
        },
        { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: { ok: 1 } }] },
      ],
      [
        [
          'user',
          text('u'),
          { type: 'media', media_type: 'image/png', url: null, size_bytes: 3 },
          { type: 'media', media_type: 'audio/mp3', url: 'gs://b/c', size_bytes: null },
        ],
        ['assistant', { type: 'reasoning', text: 'hm' }, call('f', { a: 1 })],
        ['tool', result({ ok: 1 })],
      ],
    ],
    [
      'Anthropic content blocks',
      {
        system: [{ type: 'text', text: 's' }],
        messages: [
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'hm', signature: 'x' },
              { type: 'text', text: 'a' },
              { type: 'tool_use', id: 'c1', name: 'f', input: { a: 1 } },
            ],
          },
          {
            role: 'user',
            content: [
              { type: 'tool_result', tool_use_id: 'c1', content: [{ type: 'text', text: '{"ok":1}' }] },
              { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'AAAAAAAA' } },
            ],
          },
        ],
      },
      [
        ['system', text('s')],
        ['assistant', { type: 'reasoning', text: 'hm' }, text('a'), call('f', { a: 1 })],
        ['user', result({ ok: 1 }), { type: 'media', media_type: 'image/jpeg', url: null, size_bytes: 6 }],
      ],
    ],
    [
      'AI SDK prompt messages',
      [
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'hm' },
            { type: 'tool-call', toolCallId: 'c1', toolName: 'f', args: { a: 1 } },
          ],
        },
        { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'f', input: { a: 1 } }] },
        { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c1', toolName: 'f', result: 'r' }] },
        { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c1', toolName: 'f', output: { type: 'error-text', value: 'no' } }] },
        { role: 'user', content: [{ type: 'file', mediaType: 'application/pdf', data: 'AAAAAAA=' }] },
      ],
      [
        ['assistant', { type: 'reasoning', text: 'hm' }, call('f', { a: 1 })],
        ['assistant', call('f', { a: 1 })],
        ['tool', result('r', 'f')],
        ['tool', result('no', 'f')],
        ['user', { type: 'media', media_type: 'application/pdf', url: null, size_bytes: 5 }],
      ],
    ],
    [
      'the outer prompt of the AI SDK',
      { system: 's', prompt: 'u' },
      [
        ['system', text('s')],
        ['user', text('u')],
      ],
    ],
    [
      'the outer prompt of the AI SDK with messages',
      { system: 's', messages: [{ role: 'user', content: 'u' }] },
      [
        ['system', text('s')],
        ['user', text('u')],
      ],
    ],
    [
      'LangChain, serialised and in batches',
      [
        [
          { lc: 1, type: 'constructor', id: ['langchain_core', 'messages', 'HumanMessage'], kwargs: { content: 'u' } },
          {
            lc: 1,
            type: 'constructor',
            id: ['langchain_core', 'messages', 'AIMessageChunk'],
            kwargs: { content: '', tool_calls: [{ name: 'f', args: { a: 1 }, id: 'c1', type: 'tool_call' }] },
          },
          { type: 'tool', data: { content: 'r', tool_call_id: 'c1', name: 'f' } },
        ],
      ],
      [
        ['user', text('u')],
        ['assistant', call('f', { a: 1 })],
        ['tool', result('r', 'f')],
      ],
    ],
    [
      'Gemini',
      {
        systemInstruction: { parts: [{ text: 's' }] },
        contents: [
          { role: 'user', parts: [{ text: 'u' }, { inlineData: { mimeType: 'image/png', data: 'AAAA' } }] },
          { role: 'model', parts: [{ text: 'hm', thought: true }, { functionCall: { name: 'f', args: { a: 1 } } }] },
          { role: 'user', parts: [{ functionResponse: { name: 'f', response: { ok: 1 } } }] },
        ],
      },
      [
        ['system', text('s')],
        ['user', text('u'), { type: 'media', media_type: 'image/png', url: null, size_bytes: 3 }],
        ['assistant', { type: 'reasoning', text: 'hm' }, call('f', { a: 1 }, null)],
        ['user', result({ ok: 1 }, 'f', null)],
      ],
    ],
    [
      'items of the Responses API',
      [
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'u' }] },
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }] },
        { type: 'function_call', call_id: 'c1', id: 'fc_9', name: 'f', arguments: '{"a":1}' },
        { type: 'function_call_output', call_id: 'c1', output: '{"ok":1}' },
      ],
      [
        ['user', text('u')],
        ['assistant', { type: 'reasoning', text: 'hm' }],
        ['assistant', call('f', { a: 1 })],
        ['tool', result({ ok: 1 })],
      ],
    ],
    [
      'messages put together from indexed attributes, arguments encoded twice',
      [
        {
          role: 'user',
          contents: [
            { type: 'text', text: 'u' },
            { type: 'image', image: { url: 'data:image/png;base64,AAAA' } },
          ],
        },
        { role: 'assistant', tool_calls: [{ id: 'c1', function: { name: 'f', arguments: JSON.stringify(JSON.stringify({ a: 1 })) } }] },
        { role: 'tool', tool_call_id: 'c1', name: 'f', content: 'r' },
      ],
      [
        ['user', text('u'), { type: 'media', media_type: 'image/png', url: null, size_bytes: 3 }],
        ['assistant', call('f', { a: 1 })],
        ['tool', result('r', 'f')],
      ],
    ],
    ['content parts written as a text', [{ role: 'user', content: '[{"type":"text","text":"u"}]' }], [['user', text('u')]]],
    ['plain text', 'hello', [['user', text('hello')]]],
    ['a JSON string', '"hello"', [['user', text('hello')]]],
    ['broken JSON', '[{"role":"user","content":"cut', [['user', text('[{"role":"user","content":"cut')]]],
    ['an unknown shape', { order_id: 'A' }, [['user', { type: 'other', value: { order_id: 'A' } }]]],
    ['a list of numbers', [1, 2], [['user', { type: 'other', value: [1, 2] }]]],
    ['a lone input', { input: 'u' }, [['user', text('u')]]],
    ['nothing', '', []],
  ])('reads %s', (_family, sent, expected) => {
    expect(brief(read(sent))).toEqual(expected);
  });

  it.each<[string, unknown, unknown]>([
    [
      'an OpenAI answer',
      { choices: [{ index: 0, message: { role: 'assistant', content: 'a' }, finish_reason: 'stop' }] },
      { role: 'assistant', parts: [text('a')], finish_reason: 'stop' },
    ],
    [
      'an Anthropic answer',
      { type: 'message', role: 'assistant', content: [{ type: 'text', text: 'a' }], stop_reason: 'end_turn' },
      { role: 'assistant', parts: [text('a')], finish_reason: 'stop' },
    ],
    [
      'a Gemini answer',
      { candidates: [{ content: { role: 'model', parts: [{ text: 'a' }] }, finishReason: 'STOP' }] },
      { role: 'assistant', parts: [text('a')], finish_reason: 'stop' },
    ],
    [
      'a LangChain answer',
      { generations: [[{ text: 'a', message: { lc: 1, type: 'constructor', id: ['AIMessage'], kwargs: { content: 'a' } } }]] },
      { role: 'assistant', parts: [text('a')] },
    ],
    [
      'a Responses answer',
      { id: 'resp_1', output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'a' }] }] },
      { role: 'assistant', parts: [text('a')] },
    ],
    [
      'an AI SDK step',
      { text: '', toolCalls: [{ toolCallId: 'c1', toolName: 'f', args: { a: 1 } }] },
      { role: 'assistant', parts: [call('f', { a: 1 })] },
    ],
    ['a list of tool calls', [{ toolCallId: 'c1', toolName: 'f', input: '{"a":1}' }], { role: 'assistant', parts: [call('f', { a: 1 })] }],
  ])('reads %s', (_family, sent, expected) => {
    const messages = read(sent, 'output');
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject(expected as object);
  });

  it('lists a tool call once where LangChain repeats the content block as tool_calls', () => {
    const sent = [
      { type: 'ai', content: [{ type: 'tool_use', id: 'c1', name: 'f', input: { a: 1 } }], tool_calls: [{ id: 'c1', name: 'f', args: { a: 1 } }] },
    ];
    expect(brief(read(sent))).toEqual([['assistant', call('f', { a: 1 })]]);
  });

  it('never carries inline data along, wherever it stands', () => {
    const data = 'aB3x'.repeat(5000);
    const sent = [
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data } },
          { type: 'input_audio', input_audio: { data, format: 'wav' } },
        ],
      },
      { role: 'user', content: `data:image/png;base64,${data}` },
      { role: 'tool', tool_call_id: 'c1', content: [{ type: 'weird', blob: data }] },
      {
        role: 'assistant',
        tool_calls: [{ id: 'c', function: { name: 'f', arguments: JSON.stringify({ image: `data:image/png;base64,${data}` }) } }],
      },
    ];
    expect(JSON.stringify(read(sent))).not.toContain('aB3xaB3x');
    expect(read(sent)[0]?.parts).toEqual([
      { type: 'media', media_type: 'image/png', url: null, size_bytes: 15_000 },
      { type: 'media', media_type: 'audio/wav', url: null, size_bytes: 15_000 },
    ]);
  });

  it('never passes on a link that a click would execute', () => {
    expect(read([{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'javascript:alert(1)' } }] }])[0]?.parts).toEqual([
      { type: 'media', media_type: null, url: null, size_bytes: null },
    ]);
  });

  it('gives an answer that can be written as JSON for hostile input', () => {
    const deep = `${'['.repeat(500)}${']'.repeat(500)}`;
    const deepObject = `${'{"content":'.repeat(500)}1${'}'.repeat(500)}`;
    const deepMessages = `${'{"messages":['.repeat(500)}${']}'.repeat(500)}`;
    for (const sent of [
      deep,
      deepObject,
      deepMessages,
      `[{"role":"user","content":${deep}}]`,
      `[{"role":"assistant","tool_calls":[{"arguments":${deepObject}}]}]`,
      'x'.repeat(10_000_000),
    ]) {
      expect(JSON.stringify(read(sent)).length).toBeGreaterThan(1);
    }
    expect(read('[{"role":"user","content":[{"type":"x","__proto__":{"polluted":1}}]}]')).toHaveLength(1);
    expect('polluted' in {}).toBe(false);
  });

  it('reads any JSON value and any text without an error', () => {
    const keys = fc.constantFrom(
      'role',
      'content',
      'parts',
      'type',
      'text',
      'tool_calls',
      'messages',
      'input',
      'output',
      'choices',
      'message',
      'kwargs',
      'id',
      'data',
      'function',
      'prompt',
      'system',
      'source',
      'image_url',
      'generations',
    );
    const strings = fc.constantFrom(
      'user',
      'text',
      'tool',
      'ai',
      'image',
      'file',
      'function_call',
      'tool_result',
      'reasoning',
      '{"a":1}',
      '"{}"',
      '',
      'data:image/png;base64,AA',
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        strings,
        fc.constant(null),
        fc.integer(),
        fc.boolean(),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(keys, tie('value'), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(value, fc.constantFrom<Side[]>('input', 'output'), (sent, side) => {
        for (const { role, parts } of read(sent, side)) {
          expect(typeof role).toBe('string');
          expect(Array.isArray(parts)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
