import { usePreference } from '../../../ui/preference.ts';
import { TEXT_MODES, type TextMode, textModeChoice } from './textMode.ts';
import './textModeSwitch.css';

const LABELS: Record<TextMode, string> = { markdown: 'Markdown', json: 'JSON', raw: 'Raw' };

/** Chooses how all payload text is shown; kept for the next time. */
export function TextModeSwitch() {
  const mode = usePreference(textModeChoice);
  return (
    <div className="text-mode" role="radiogroup" aria-label="Show text as">
      {TEXT_MODES.map((each) => (
        <label key={each} data-checked={each === mode || undefined}>
          <input type="radio" className="visually-hidden" name="text-mode" checked={each === mode} onChange={() => textModeChoice.set(each)} />
          {LABELS[each]}
        </label>
      ))}
    </div>
  );
}
