import { parseJsonText } from './jsonText.ts';

/** Attribute keys under which clients send the temperature (semantic conventions, AI SDK, LangSmith). */
const TEMPERATURE_KEYS = ['gen_ai.request.temperature', 'ai.settings.temperature', 'langsmith.metadata.ls_temperature'];
/** Keys that hold the whole request as JSON text (OpenInference, Langfuse). */
const SETTINGS_KEYS = ['llm.invocation_parameters', 'langfuse.observation.model.parameters'];

/** The temperature that was asked for; null when the sender did not say. */
export function temperatureOf(attributes: Readonly<Record<string, unknown>>): number | null {
  for (const key of TEMPERATURE_KEYS) {
    const value = finite(attributes[key]);
    if (value !== null) return value;
  }
  for (const key of SETTINGS_KEYS) {
    const settings = attributes[key];
    const parsed = typeof settings === 'string' ? parseJsonText(settings) : settings;
    if (typeof parsed !== 'object' || parsed === null) continue;
    const value = finite((parsed as Record<string, unknown>).temperature);
    if (value !== null) return value;
  }
  return null;
}

function finite(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}
