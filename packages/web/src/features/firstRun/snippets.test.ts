import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { KEY_PLACEHOLDER, snippetsFor } from './snippets.ts';

const httpUrl = 'http://127.0.0.1:4318';
const key = `sg_${'k'.repeat(32)}`;
const codeOf = (id: string, target: { httpUrl: string; key: string | null }) =>
  snippetsFor(target)
    .find((snippet) => snippet.id === id)
    ?.blocks.map(({ code }) => code)
    .join('\n') ?? '';

describe('snippets', () => {
  it('write the address and the key where the client reads them', () => {
    const target = { httpUrl, key };
    expect(codeOf('otel', target)).toContain(`OTEL_EXPORTER_OTLP_ENDPOINT=${httpUrl}\n`);
    expect(codeOf('otel', target)).toContain(`OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20${key}"`);
    expect(codeOf('traceloop', target)).toContain(`TRACELOOP_BASE_URL=${httpUrl}\nexport TRACELOOP_API_KEY=${key}`);
    expect(codeOf('langsmith', target)).toContain(`LANGSMITH_ENDPOINT=${httpUrl}\nexport LANGSMITH_API_KEY=${key}`);
    expect(codeOf('langfuse', target)).toContain(`LANGFUSE_SECRET_KEY=${key}`);
    expect(codeOf('logfire', target)).toContain(`LOGFIRE_TOKEN=${key}`);
    expect(codeOf('mastra', target)).toContain(`endpoint: '${httpUrl}/v1/traces'`);
    expect(codeOf('mastra', target)).toContain(`'Bearer ${key}'`);
  });

  it('name no key where none is asked for, and a placeholder where the client insists', () => {
    for (const snippet of snippetsFor({ httpUrl, key: null })) {
      const code = codeOf(snippet.id, { httpUrl, key: null });
      expect(code.includes(KEY_PLACEHOLDER), snippet.id).toBe(snippet.wantsKey);
      expect(code.includes('Bearer'), snippet.id).toBe(false);
    }
  });

  it('leave no placeholder once there is a key', () => {
    for (const { id } of snippetsFor({ httpUrl, key })) expect(codeOf(id, { httpUrl, key })).not.toContain(KEY_PLACEHOLDER);
  });

  it('have ids and labels that tell them apart', () => {
    const snippets = snippetsFor({ httpUrl, key });
    expect(new Set(snippets.map(({ id }) => id)).size).toBe(snippets.length);
    expect(new Set(snippets.map(({ label }) => label)).size).toBe(snippets.length);
  });

  it('send valid OTLP JSON with fresh ids and the current time by curl', () => {
    // The shell runs the snippet with a curl that prints what it would send.
    const script = `curl() { cat; }\n${codeOf('curl', { httpUrl, key: null })}`;
    const before = Math.floor(Date.now() / 1000);
    const body = JSON.parse(execFileSync('bash', ['-c', script], { encoding: 'utf8' })) as {
      resourceSpans: { scopeSpans: { spans: { traceId: string; spanId: string; startTimeUnixNano: string; endTimeUnixNano: string }[] }[] }[];
    };
    const span = body.resourceSpans[0]?.scopeSpans[0]?.spans[0];
    expect(span?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(span?.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(span?.endTimeUnixNano).toMatch(/^\d{19}$/);
    expect(BigInt(span?.endTimeUnixNano ?? 0) - BigInt(span?.startTimeUnixNano ?? 0)).toBe(2_000_000_000n);
    expect(Number(BigInt(span?.endTimeUnixNano ?? 0) / 1_000_000_000n)).toBeGreaterThanOrEqual(before);
  });
});
