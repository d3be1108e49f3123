import type { RateName } from '@sightglass/contract/price';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { asProblem } from '../../api/ProblemState.tsx';
import { useShortcuts } from '../../shell/shortcuts.ts';
import { useNow } from '../../time/now.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { Button } from '../../ui/Button.tsx';
import { formatExact } from '../../ui/formatTime.ts';
import { formatQuantity } from '../../ui/formatCount.ts';
import { Panel } from '../../ui/Panel.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { problemAt } from '../settings/fieldErrors.ts';
import { LeaveGuard } from '../settings/LeaveGuard.tsx';
import { LinesField } from '../settings/LinesField.tsx';
import { ContextTierRows } from './ContextTierRows.tsx';
import { readMoment } from './priceDraft.ts';
import { RateFields } from './RateFields.tsx';
import { RATE_NAMES } from './rates.ts';
import { ServiceTierRows } from './ServiceTierRows.tsx';
import type { PriceForm as Form } from './usePriceForm.ts';
import { VersionsOfModel } from './VersionsOfModel.tsx';
import './priceForm.css';

const MINUTE_MS = 60_000;
const USUAL: readonly RateName[] = ['input_per_mtok', 'output_per_mtok', 'cache_read_per_mtok', 'cache_write_per_mtok'];
const UNUSUAL = RATE_NAMES.filter((name) => !USUAL.includes(name));
/** Fields behind "More": an error in one of them opens it. */
const ADVANCED = /^\/(?:context_tiers|service_tiers|effective_to)/;

interface PriceFormProps {
  form: Form;
  /** What the button says: what will follow differs. */
  saveLabel: string;
  onCancel: () => void;
}

/** A price, field by field. */
export function PriceForm({ form, saveLabel, onCancel }: PriceFormProps) {
  const { draft, change, errors, refusals, failure, saving, save } = form;
  const element = useRef<HTMLFormElement>(null);
  const hasAdvanced =
    draft.context_tiers.length > 0 || draft.service_tiers.length > 0 || draft.effective_to !== '' || UNUSUAL.some((name) => draft.rates[name] !== '');
  const [more, setMore] = useState(false);
  const inError = errors.some(({ pointer }) => ADVANCED.test(pointer) || UNUSUAL.some((name) => pointer === `/${name}`));
  const open = more || hasAdvanced || inError;
  useEffect(() => {
    if (refusals > 0) element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusals]);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (!saving) save();
  };
  useShortcuts([{ keys: 'mod+s', label: 'Save the price', group: 'Prices', run: () => submit() }]);
  return (
    <form ref={element} className="settings price-form" aria-label="Price" noValidate onSubmit={submit}>
      <LeaveGuard dirty={form.dirty} />
      <Panel title="Model">
        <div className="setting-body">
          <div className="price-form-line">
            <TextField
              label="Provider"
              hint="In any usual spelling; “custom” for a model of your own"
              placeholder="openai"
              value={draft.provider}
              problem={problemAt(errors, '/provider')}
              onChange={(provider) => change({ provider }, '/provider')}
            />
            <TextField
              label="Model"
              hint="As calls name it"
              placeholder="gpt-4o"
              value={draft.model}
              problem={problemAt(errors, '/model')}
              onChange={(model) => change({ model }, '/model')}
            />
            <MomentField
              label="Holds from"
              empty="Empty: since ever. Calls that start from then on."
              value={draft.effective_from}
              problem={problemAt(errors, '/effective_from')}
              onChange={(effective_from) => change({ effective_from }, '/effective_from')}
            />
          </div>
          <VersionsOfModel provider={draft.provider} model={draft.model} effectiveFrom={draft.effective_from} />
        </div>
      </Panel>
      <Panel title="Rates" note="dollars per million tokens, as exact as you type them">
        <div className="setting-body">
          <RateFields rates={draft.rates} pointer="" errors={errors} names={USUAL} onChange={(rates, at) => change({ rates }, at)} />
          <p className="setting-text">
            A class that you leave empty is charged like the one it is part of: cached, audio and image input as input, reasoning and audio output as
            output. 0 is free.
          </p>
        </div>
      </Panel>
      <Panel title="Further names" note="of the same model, beside those that the bundled book knows for it">
        <div className="setting-body price-form-names">
          <LinesField
            label="In full, one a line"
            placeholder="gpt-4o-2024-11-20"
            linesMin={2}
            value={draft.aliases}
            pointer="/aliases"
            errors={errors}
            onChange={(aliases) => change({ aliases }, '/aliases')}
          />
          <LinesField
            label="Patterns with * for anything, one a line"
            placeholder="acme-chat-*"
            hint="The pattern that fixes most characters of a name wins."
            linesMin={2}
            value={draft.patterns}
            pointer="/patterns"
            errors={errors}
            onChange={(patterns) => change({ patterns }, '/patterns')}
          />
        </div>
      </Panel>
      {open ? (
        <>
          <Panel title="More rates">
            <div className="setting-body">
              <RateFields rates={draft.rates} pointer="" errors={errors} names={UNUSUAL} onChange={(rates, at) => change({ rates }, at)} />
              <div className="price-form-until">
                <MomentField
                  label="Holds until"
                  empty="Excluded. Empty: until a later price of the same model begins."
                  value={draft.effective_to}
                  problem={problemAt(errors, '/effective_to')}
                  onChange={(effective_to) => change({ effective_to }, '/effective_to')}
                />
              </div>
            </div>
          </Panel>
          <Panel title="Context tiers" note="rates of the whole call once its input is larger">
            <div className="setting-body">
              <ContextTierRows
                label="Context tiers"
                rows={draft.context_tiers}
                pointer=""
                errors={errors}
                onChange={(context_tiers, at) => change({ context_tiers }, at)}
              />
            </div>
          </Panel>
          <Panel title="Service tiers" note="batch, flex, priority: rates of their own">
            <div className="setting-body">
              <ServiceTierRows rows={draft.service_tiers} errors={errors} onChange={(service_tiers, at) => change({ service_tiers }, at)} />
            </div>
          </Panel>
        </>
      ) : (
        <div>
          <Button onClick={() => setMore(true)}>More rates, context tiers, service tiers, batch …</Button>
        </div>
      )}
      <Panel title="Note">
        <div className="setting-body">
          <TextField
            label="Where the figures come from"
            placeholder="contract of 2026-08, page 3"
            maxLength={500}
            value={draft.note}
            problem={problemAt(errors, '/note')}
            onChange={(note) => change({ note }, '/note')}
          />
        </div>
      </Panel>
      <div className="save-bar">
        <div className="save-bar-words" role="status">
          {errors.length > 0 ? (
            <span className="worse">Not saved: {formatQuantity(errors.length, 'field')} to correct.</span>
          ) : failure !== null ? (
            <span className="worse">Not saved: {asProblem(failure).message}</span>
          ) : (
            'It will hold for what arrives once it is saved. Stored calls keep their cost until a recompute.'
          )}
        </div>
        <div className="save-bar-actions">
          <Button onClick={onCancel} disabled={saving}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" disabled={saving}>
            {saving ? 'Saving …' : saveLabel}
          </Button>
        </div>
      </div>
    </form>
  );
}

interface MomentFieldProps {
  label: string;
  /** What it means to leave it empty. */
  empty: string;
  value: string;
  problem: string | undefined;
  onChange: (value: string) => void;
}

/** A moment, on the clock of the reader; below it stands the moment it comes to. */
function MomentField({ label, empty, value, problem, onChange }: MomentFieldProps) {
  const zone = useTimeZone();
  const nowMs = useNow(MINUTE_MS);
  const moment = value.trim() === '' ? undefined : readMoment(value, zone, nowMs);
  return (
    <TextField
      label={label}
      hint={moment === undefined ? empty : formatExact(moment, 'UTC')}
      placeholder="2026-11-20"
      value={value}
      problem={problem}
      onChange={onChange}
    />
  );
}
