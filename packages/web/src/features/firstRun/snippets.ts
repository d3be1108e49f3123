/** One thing to copy. */
export interface SnippetBlock {
  /** What it is: a file name, or where to run it. */
  title: string;
  code: string;
}

/** How one client is pointed at Sightglass. Paths and headers are those that the client really sends (docs: dialects). */
export interface Snippet {
  id: string;
  label: string;
  /** What to know before copying. */
  note: string;
  /** The client refuses to start without a key, even where Sightglass asks for none. */
  wantsKey: boolean;
  blocks: readonly SnippetBlock[];
}

export interface SnippetTarget {
  /** `http://127.0.0.1:4318`, without a slash at the end. */
  httpUrl: string;
  /** The key to write in; null where Sightglass asks for none. */
  key: string | null;
}

/** Stands in until a key is chosen. */
export const KEY_PLACEHOLDER = 'sg_YOUR_KEY';

/** A snippet for each client stack, ready to be copied. */
export function snippetsFor({ httpUrl, key }: SnippetTarget): readonly Snippet[] {
  const wanted = key ?? KEY_PLACEHOLDER;
  const otelEnvironment = lines(
    `export OTEL_EXPORTER_OTLP_ENDPOINT=${httpUrl}`,
    'export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
    // The value of a header is percent-encoded in this variable; Python refuses a bare space.
    key === null ? undefined : `export OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20${key}"`,
    'export OTEL_SERVICE_NAME=my-agent',
  );
  const environment: SnippetBlock = { title: 'Environment', code: otelEnvironment };
  return [
    {
      id: 'otel',
      label: 'OpenTelemetry',
      note: 'Any OpenTelemetry SDK or Collector, in any language: these variables are all it needs.',
      wantsKey: false,
      blocks: [environment],
    },
    {
      id: 'ai-sdk',
      label: 'Vercel AI SDK',
      note: 'Versions 5 and 6 record a call when it asks for it; version 7 records every call once an integration is registered.',
      wantsKey: false,
      blocks: [
        environment,
        { title: 'Install', code: 'npm install @opentelemetry/sdk-node' },
        { title: 'instrumentation.mjs', code: NODE_SDK },
        { title: 'Run', code: 'node --import ./instrumentation.mjs app.mjs' },
        {
          title: 'AI SDK 5 and 6',
          code: lines(
            'const result = await generateText({',
            "  model: openai('gpt-4o-mini'),",
            "  prompt: 'What is a sight glass?',",
            "  experimental_telemetry: { isEnabled: true, functionId: 'my-agent' },",
            '});',
          ),
        },
        {
          title: 'AI SDK 7, once at start (npm install @ai-sdk/otel)',
          code: lines(
            "import { registerTelemetry } from 'ai';",
            "import { OpenTelemetry } from '@ai-sdk/otel';",
            '',
            'registerTelemetry(new OpenTelemetry());',
          ),
        },
      ],
    },
    {
      id: 'openinference',
      label: 'OpenInference',
      note: 'The same for the Anthropic, LangChain and agent packages of OpenInference: only the instrumentation differs.',
      wantsKey: false,
      blocks: [
        environment,
        { title: 'Install', code: 'npm install @opentelemetry/sdk-node @arizeai/openinference-instrumentation-openai' },
        {
          title: 'instrumentation.mjs',
          code: lines(
            "import { NodeSDK } from '@opentelemetry/sdk-node';",
            "import { OpenAIInstrumentation } from '@arizeai/openinference-instrumentation-openai';",
            "import OpenAI from 'openai';",
            '',
            'const openai = new OpenAIInstrumentation();',
            '// ES modules cannot be patched while they load, so the client is handed over.',
            'openai.manuallyInstrument(OpenAI);',
            'const sdk = new NodeSDK({ instrumentations: [openai] });',
            'sdk.start();',
            "process.on('beforeExit', () => sdk.shutdown());",
          ),
        },
        { title: 'Run', code: 'node --import ./instrumentation.mjs app.mjs' },
      ],
    },
    {
      id: 'traceloop',
      label: 'Traceloop',
      note: 'OpenLLMetry sends to whatever base URL it is given.',
      wantsKey: true,
      blocks: [
        { title: 'Environment', code: lines(`export TRACELOOP_BASE_URL=${httpUrl}`, `export TRACELOOP_API_KEY=${wanted}`) },
        {
          title: 'First lines of the program (npm install @traceloop/node-server-sdk)',
          code: lines(
            "import * as traceloop from '@traceloop/node-server-sdk';",
            "import OpenAI from 'openai';",
            '',
            "traceloop.initialize({ appName: 'my-agent', disableBatch: true, instrumentModules: { openAI: OpenAI } });",
          ),
        },
        {
          title: 'Python (pip install traceloop-sdk)',
          code: lines('from traceloop.sdk import Traceloop', '', 'Traceloop.init(app_name="my-agent", disable_batch=True)'),
        },
      ],
    },
    {
      id: 'langsmith',
      label: 'LangSmith',
      note: 'LangChain and LangGraph programs that already trace to LangSmith only change their environment.',
      wantsKey: true,
      blocks: [
        {
          title: 'Environment',
          code: lines(
            'export LANGSMITH_TRACING=true',
            'export LANGSMITH_OTEL_ENABLED=true',
            'export LANGSMITH_OTEL_ONLY=true',
            `export LANGSMITH_ENDPOINT=${httpUrl}`,
            `export LANGSMITH_API_KEY=${wanted}`,
          ),
        },
        {
          title: 'Python',
          code: lines(
            'pip install "langsmith[otel]"',
            `export OTEL_EXPORTER_OTLP_ENDPOINT=${httpUrl}/otel`,
            `export OTEL_EXPORTER_OTLP_HEADERS="x-api-key=${wanted}"`,
          ),
        },
        {
          title: 'JavaScript, first lines of the program',
          code: lines("import { initializeOTEL } from 'langsmith/experimental/otel/setup';", '', 'initializeOTEL();'),
        },
      ],
    },
    {
      id: 'langfuse',
      label: 'Langfuse',
      note: 'The public key may be any text; the secret key is the Sightglass key. SDKs before version 4 read LANGFUSE_BASEURL, those for Python LANGFUSE_HOST.',
      wantsKey: true,
      blocks: [
        {
          title: 'Environment',
          code: lines(`export LANGFUSE_BASE_URL=${httpUrl}`, 'export LANGFUSE_PUBLIC_KEY=sightglass', `export LANGFUSE_SECRET_KEY=${wanted}`),
        },
        {
          title: 'instrumentation.mjs (npm install @langfuse/otel @opentelemetry/sdk-node)',
          code: lines(
            "import { NodeSDK } from '@opentelemetry/sdk-node';",
            "import { LangfuseSpanProcessor } from '@langfuse/otel';",
            '',
            'const sdk = new NodeSDK({ spanProcessors: [new LangfuseSpanProcessor()] });',
            'sdk.start();',
            "process.on('beforeExit', () => sdk.shutdown());",
          ),
        },
      ],
    },
    {
      id: 'logfire',
      label: 'Logfire',
      note: 'Pydantic AI is recorded through Logfire’s Python package.',
      wantsKey: true,
      blocks: [
        { title: 'JavaScript, environment', code: lines(`export LOGFIRE_BASE_URL=${httpUrl}`, `export LOGFIRE_TOKEN=${wanted}`) },
        {
          title: 'JavaScript (npm install @pydantic/logfire-node)',
          code: lines("import * as logfire from '@pydantic/logfire-node';", '', 'logfire.configure();'),
        },
        { title: 'Python, environment', code: otelEnvironment },
        {
          title: 'Python (pip install logfire)',
          code: lines('import logfire', '', 'logfire.configure(send_to_logfire=False)', 'logfire.instrument_pydantic_ai()'),
        },
      ],
    },
    {
      id: 'mastra',
      label: 'Mastra',
      note: 'The exporter takes the full path of the traces.',
      wantsKey: false,
      blocks: [
        { title: 'Install', code: 'npm install @mastra/observability @mastra/otel-exporter @opentelemetry/exporter-trace-otlp-proto' },
        {
          title: 'mastra/index.ts',
          code: lines(
            "import { Mastra } from '@mastra/core';",
            "import { Observability } from '@mastra/observability';",
            "import { OtelExporter } from '@mastra/otel-exporter';",
            '',
            'export const mastra = new Mastra({',
            '  observability: new Observability({',
            '    configs: {',
            '      sightglass: {',
            "        serviceName: 'my-agent',",
            '        exporters: [',
            '          new OtelExporter({',
            '            provider: {',
            '              custom: {',
            `                endpoint: '${httpUrl}/v1/traces',`,
            "                protocol: 'http/protobuf',",
            key === null ? undefined : `                headers: { authorization: 'Bearer ${key}' },`,
            '              },',
            '            },',
            '          }),',
            '        ],',
            '      },',
            '    },',
            '  }),',
            '});',
          ),
        },
      ],
    },
    {
      id: 'python',
      label: 'Python',
      note: 'Without a change to the program; the bootstrap finds the instrumentations for the libraries that are installed.',
      wantsKey: false,
      blocks: [
        environment,
        {
          title: 'Install',
          code: lines('pip install opentelemetry-distro opentelemetry-exporter-otlp-proto-http', 'opentelemetry-bootstrap -a install'),
        },
        { title: 'Run', code: 'opentelemetry-instrument python app.py' },
      ],
    },
    {
      id: 'curl',
      label: 'curl',
      note: 'One call of a model, two seconds long, ending now. Paste it into a shell.',
      wantsKey: false,
      blocks: [{ title: 'Shell', code: curl(httpUrl, key) }],
    },
  ];
}

const NODE_SDK = lines(
  "import { NodeSDK } from '@opentelemetry/sdk-node';",
  '',
  '// Reads the OTEL_* variables.',
  'const sdk = new NodeSDK();',
  'sdk.start();',
  "process.on('beforeExit', () => sdk.shutdown());",
);

function curl(httpUrl: string, key: string | null): string {
  return lines(
    'hex() { od -An -N"$1" -tx1 /dev/urandom | tr -d " \\n"; }',
    'now=$(date +%s)',
    `curl -i ${httpUrl}/v1/traces \\`,
    "  -H 'content-type: application/json' \\",
    key === null ? undefined : `  -H 'authorization: Bearer ${key}' \\`,
    '  --data-binary @- <<JSON',
    '{"resourceSpans":[{',
    '  "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"curl"}}]},',
    '  "scopeSpans":[{"scope":{"name":"curl"},"spans":[{',
    '    "traceId":"$(hex 16)","spanId":"$(hex 8)","name":"chat gpt-4o-mini","kind":3,',
    '    "startTimeUnixNano":"$((now - 2))000000000","endTimeUnixNano":"${now}000000000",',
    '    "status":{"code":1},',
    '    "attributes":[',
    '      {"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},',
    '      {"key":"gen_ai.provider.name","value":{"stringValue":"openai"}},',
    '      {"key":"gen_ai.request.model","value":{"stringValue":"gpt-4o-mini"}},',
    '      {"key":"gen_ai.usage.input_tokens","value":{"intValue":"120"}},',
    '      {"key":"gen_ai.usage.output_tokens","value":{"intValue":"40"}}',
    '    ]',
    '  }]}]',
    '}]}',
    'JSON',
  );
}

function lines(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join('\n');
}
