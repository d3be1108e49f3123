import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { contentPayload, jsonPayload, messagesPayload, messagesPayloadOf, payloadText, previewOf, textPayload } from './payload.ts';

describe('textPayload', () => {
  it.each([
    ['{"a":1}', 'json'],
    [' [1, 2]\n', 'json'],
    ['[]', 'json'],
    ['{}', 'json'],
    ['hello', 'text'],
    ['', 'text'],
    ['"quoted"', 'text'],
    ['{name}', 'text'],
    ['[INFO] started [ok]', 'text'],
    ['[1st thing]', 'text'],
    ['{"cut off', 'text'],
    ['{"a":1} and more', 'text'],
    ['{"a":"}', 'text'],
  ])('%j is %s and kept as sent', (text, format) => {
    expect(textPayload(text)).toEqual({ format, parts: [text] });
  });
});

describe('messagesPayload', () => {
  it('splits a list into the exact texts of its elements', () => {
    const first = '{ "role" : "user", "content": "a \\"]}\\\\ b" }';
    const second = '{"role":"assistant","content":[{"type":"text","text":"[{"}]}';
    expect(messagesPayload(` [ ${first} ,\n${second} ] `)).toEqual({ format: 'messages', parts: [first, second] });
  });

  it.each([
    ['[{"role":"user"}', 'text'],
    ['[{"role":"user"},]', 'json'],
    ['[]', 'json'],
    ['["a"]', 'json'],
    ['[{"a":1},2]', 'json'],
    ['[[{"role":"user"}]]', 'json'],
    ['{"messages":[]}', 'json'],
    ['hello', 'text'],
  ])('keeps %j whole, as %s', (text, format) => {
    expect(messagesPayload(text)).toEqual({ format, parts: [text] });
  });

  it('is undone by payloadText for every list of objects', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1 }), (messages) => {
        const text = JSON.stringify(messages);
        const payload = messagesPayload(text);
        expect(payload.parts).toEqual(messages.map((message) => JSON.stringify(message)));
        expect(payloadText(payload.format, payload.parts)).toBe(text);
      }),
    );
  });

  it('takes texts of brackets, quotes and backslashes without an error, and loses nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', '\\', ',', ':', ' ', 'a', '1') }), (text) => {
        const payload = messagesPayload(text);
        if (payload.format !== 'messages') expect(payloadText(payload.format, payload.parts)).toBe(text);
      }),
    );
  });

  it('takes 10 000 messages apart and keeps a longer list whole', () => {
    const list = (count: number) => `[${Array.from({ length: count }, () => '{}').join(',')}]`;
    expect(messagesPayload(list(10_000)).parts).toHaveLength(10_000);
    expect(messagesPayload(list(10_001))).toMatchObject({ format: 'json', parts: [list(10_001)] });
  });
});

describe('contentPayload', () => {
  it.each([
    ['[{"role":"user","content":"a"}]', 'messages'],
    ['[{"content":"a","role":"user"},{"content":"b","role":"assistant"}]', 'messages'],
    ['[{"lc":1,"type":"constructor","id":["HumanMessage"],"kwargs":{}}]', 'messages'],
    ['[{"type":"function_call","name":"f"}]', 'messages'],
    ['[{"id":1,"name":"row"},{"id":2}]', 'json'],
    ['[{"pageContent":"a","metadata":{}}]', 'json'],
    ['{"messages":[]}', 'json'],
    ['hi', 'text'],
  ])('keeps %s as %s', (text, format) => {
    const payload = contentPayload(text);
    expect(payload.format).toBe(format);
    expect(payloadText(payload.format, payload.parts)).toBe(text);
  });
});

describe('messagesPayloadOf and jsonPayload', () => {
  it('write one text for each message', () => {
    expect(messagesPayloadOf([{ role: 'user', content: 'a' }])).toEqual({ format: 'messages', parts: ['{"role":"user","content":"a"}'] });
    expect(messagesPayloadOf([])).toEqual({ format: 'json', parts: ['[]'] });
  });

  it('never throw, whatever the value', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    expect(jsonPayload(cycle)).toEqual({ format: 'json', parts: ['null'] });
    expect(jsonPayload({ id: 9_007_199_254_740_993n }).format).toBe('json');
    expect(jsonPayload('plain')).toEqual({ format: 'text', parts: ['plain'] });
    expect(jsonPayload(true)).toEqual({ format: 'text', parts: ['true'] });
  });
});

describe('previewOf', () => {
  const messages = (...list: unknown[]) => messagesPayload(JSON.stringify(list));

  it.each([
    [
      'the last thing the user said',
      messages(
        { role: 'user', content: 'one' },
        { role: 'assistant', content: 'x' },
        { role: 'user', content: 'two' },
        { role: 'tool', content: '{}' },
      ),
      'input',
      'two',
    ],
    [
      'a user message of Anthropic that only carries a tool result is passed over',
      messages({ role: 'user', content: 'ask' }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'r' }] }),
      'input',
      'ask',
    ],
    ['the answer', messages({ role: 'assistant', parts: [{ type: 'text', content: 'fine\n\tthanks' }] }), 'output', 'fine thanks'],
    [
      'a tool call',
      messages({ role: 'assistant', tool_calls: [{ id: '1', function: { name: 'find', arguments: '{"q":1}' } }] }),
      'output',
      '→ find({"q":1})',
    ],
    ['a plain text', textPayload('  hello\nyou '), 'input', 'hello you'],
    ['the prompt of an AI SDK call', textPayload('{"system":"be brief","prompt":"hi"}'), 'input', 'hi'],
    ['the raw text of what is no message', textPayload('{"order_id":"A-1"}'), 'input', '{"order_id":"A-1"}'],
    ['the last message where no user speaks', messages({ role: 'system', content: 'rules' }), 'input', 'rules'],
    ['inline media are named', textPayload(`see data:image/png;base64,${'iVBORw0KGgo'.repeat(30)} ok`), 'input', 'see [media] ok'],
    ['nothing for an answer without words', messages({ role: 'assistant', parts: [{ type: 'text', content: '' }] }), 'output', ''],
    ['a text without the quotes of JSON', textPayload('"say \\"hi\\""'), 'input', 'say "hi"'],
    ['nothing', { format: 'messages', parts: [] } as const, 'output', ''],
  ] as const)('%s', (_fact, payload, which, preview) => {
    expect(previewOf({ format: payload.format, parts: [...payload.parts] }, which)).toBe(preview);
  });

  it('is one line of at most 160 characters without lone surrogates, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), fc.constantFrom('input' as const, 'output' as const), (text, which) => {
        for (const payload of [textPayload(text), messages({ role: 'user', content: text }), messages({ role: 'assistant', content: `😀${text}` })]) {
          const preview = previewOf(payload, which);
          expect(preview.length).toBeLessThanOrEqual(160);
          expect(preview).not.toMatch(/[\n\r]|\p{Surrogate}/u);
        }
      }),
    );
  });

  it('shows the beginning of a message that is too long to parse', () => {
    expect(previewOf(messages({ role: 'user', content: `start ${'word '.repeat(20_000)}` }), 'input')).toMatch(/^start word word.*…$/);
  });
});
