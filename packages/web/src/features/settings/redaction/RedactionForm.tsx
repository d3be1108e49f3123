import type { RedactionSetting } from '@sightglass/contract/routes/settings';
import { useState } from 'react';
import { putRedaction, readRedaction, redactionQuery } from '../../../api/settings.ts';
import { Panel } from '../../../ui/Panel.tsx';
import { Switch } from '../../../ui/Switch.tsx';
import { FieldText } from '../../../ui/TextField.tsx';
import { ChoiceList } from '../ChoiceList.tsx';
import { problemAt } from '../fieldErrors.ts';
import { LastChange } from '../LastChange.tsx';
import { SaveBar } from '../SaveBar.tsx';
import { useMayChange } from '../SettingsPage.tsx';
import { useSettingForm } from '../useSettingForm.ts';
import { DroppedAttributes } from './DroppedAttributes.tsx';
import { PatternRows } from './PatternRows.tsx';
import { redactionBody, redactionDraft } from './redactionDraft.ts';
import { RedactionTest } from './RedactionTest.tsx';
import { DETECTOR_CHOICES, FIELD_CHOICES } from './redactionWords.ts';
import { useTriedRules } from './useTriedRules.ts';
import './redactionForm.css';

/** The masking rules, beside them a text on which they are tried as they stand in the form. */
export function RedactionForm({ saved }: { saved: RedactionSetting }) {
  const readOnly = !useMayChange();
  const [text, setText] = useState('');
  const form = useSettingForm({
    saved,
    queryKey: redactionQuery.queryKey,
    read: readRedaction,
    put: putRedaction,
    draftOf: redactionDraft,
    bodyOf: redactionBody,
  });
  const { draft, change } = form;
  const trial = useTriedRules(text, draft);
  // What was refused when saving, and what is wrong with the patterns as they stand now.
  const errors = [...form.errors, ...trial.errors.filter(({ pointer }) => problemAt(form.errors, pointer) === undefined)];
  return (
    <div className="settings redaction">
      <div className="redaction-rules">
        <fieldset className="settings-fields" disabled={readOnly} aria-label="Masking rules">
          <Panel title="Masking">
            <div className="setting-body">
              <Switch
                label="Mask what arrives"
                description={
                  draft.enabled
                    ? 'What rules find is replaced by the name of the rule, such as [email], before anything is written to disk.'
                    : 'Off: what arrives is stored as it was sent.'
                }
                checked={draft.enabled}
                disabled={readOnly}
                onChange={(enabled) => change({ enabled })}
              />
              <p className="setting-text">Rules hold for what arrives from then on, on every way in. What is stored already stays as it is.</p>
              <LastChange setting={saved} />
            </div>
          </Panel>
          <Panel title="What is looked for">
            <div className="setting-body">
              <ChoiceList
                label="What is looked for"
                choices={DETECTOR_CHOICES}
                chosen={draft.detectors}
                onChange={(detectors) => change({ detectors }, '/detectors')}
              />
              <FieldText problem={problemAt(errors, '/detectors')} />
            </div>
          </Panel>
          <Panel title="Your own patterns">
            <div className="setting-body">
              <PatternRows
                rows={draft.patterns}
                errors={errors}
                readOnly={readOnly}
                onChange={(patterns, pointer) => change({ patterns }, pointer)}
              />
            </div>
          </Panel>
          <Panel title="Where">
            <div className="setting-body">
              <ChoiceList label="Where" choices={FIELD_CHOICES} chosen={draft.fields} onChange={(fields) => change({ fields }, '/fields')} />
              <FieldText problem={problemAt(errors, '/fields')} />
            </div>
          </Panel>
          <Panel title="Attributes that are left out">
            <div className="setting-body">
              <DroppedAttributes value={draft.dropped} errors={errors} onChange={(dropped) => change({ dropped })} />
            </div>
          </Panel>
        </fieldset>
      </div>
      <RedactionTest text={text} onTextChange={setText} trial={trial} draft={draft} />
      {readOnly ? null : <SaveBar form={form} />}
    </div>
  );
}
