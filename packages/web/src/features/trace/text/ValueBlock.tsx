import { usePreference } from '../../../ui/preference.ts';
import { valueText } from '../model/jsonText.ts';
import { JsonTree } from './JsonTree.tsx';
import { TextBlock } from './TextBlock.tsx';
import { textModeChoice } from './textMode.ts';

/** A value that may be text or structured: arguments, results, parts of unknown kinds. */
export function ValueBlock({ value }: { value: unknown }) {
  const mode = usePreference(textModeChoice);
  if (typeof value === 'string') return <TextBlock text={value} />;
  return mode === 'raw' ? <TextBlock text={valueText(value)} code /> : <JsonTree value={value} />;
}
