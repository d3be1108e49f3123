/** A run of one call, for a shell. `key` is written in where it is asked for. */
export function eventSnippet(httpUrl: string, key: string | null): string {
  const of = '"agent_id": "my-agent", "run_id": "run-1"';
  return [
    `curl ${httpUrl.replace(/\/$/, '')}/api/obs/ingest/events \\`,
    ...(key === null ? [] : [`  -H 'Authorization: Bearer ${key}' \\`]),
    `  -H 'Content-Type: application/json' -d '{ "events": [`,
    `    { "event_type": "run_started", ${of} },`,
    `    { "event_type": "llm_call", ${of}, "provider": "openai", "model": "gpt-4o",`,
    `      "input_tokens": 1000, "output_tokens": 100, "latency_ms": 1500 },`,
    `    { "event_type": "run_finished", ${of} } ] }'`,
  ].join('\n');
}
