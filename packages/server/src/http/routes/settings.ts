import {
  getEncryption,
  getEstimates,
  getRedaction,
  getSampling,
  patchRedaction,
  putEncryption,
  putEstimates,
  putRedaction,
  putSampling,
  type EncryptionSetting,
  type EstimatesSetting,
  type RedactionSetting,
  type SamplingSetting,
  rotateEncryptionKey,
  testRedaction,
} from '@sightglass/contract/routes/settings';
import type { Estimates } from '@sightglass/contract/estimates';
import type { Redaction } from '@sightglass/contract/redaction';
import { type Sampling, SAMPLING_PRESETS } from '@sightglass/contract/sampling';
import { actorOf } from '../../access/caller.ts';
import { checkPatterns } from '../../redact/customPatterns.ts';
import { tryRedaction } from '../../redact/tryRedaction.ts';
import { fail } from '../../result.ts';
import type { Setting } from '../../settings/settingsStore.ts';
import type { EncryptionState, WorkspacePolicies } from '../../settings/workspacePolicies.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

const changeOf = ({ updatedAt, updatedBy }: Omit<Setting<unknown>, 'value'>) => ({
  updated_at: updatedAt?.toISOString() ?? null,
  updated_by: updatedBy,
});
const redactionOf = (setting: Setting<Redaction>): RedactionSetting => ({ ...setting.value, ...changeOf(setting) });
const estimatesOf = (setting: Setting<Estimates>): EstimatesSetting => ({ ...setting.value, ...changeOf(setting) });
const encryptionOf = ({ keys, ...setting }: EncryptionState): EncryptionSetting => ({ ...setting.value, keys, ...changeOf(setting) });

const samplingOf = (setting: Setting<Sampling>): SamplingSetting => ({ ...setting.value, presets: { ...SAMPLING_PRESETS }, ...changeOf(setting) });

export function settingsRoutes(app: App, { policies }: { policies: WorkspacePolicies }): void {
  app.openapi(getRedaction, (c) => c.json(redactionOf(policies.redaction(c.var.caller.workspaceId)), 200));
  app.openapi(putRedaction, async (c) => {
    const { caller } = c.var;
    const rules = c.req.valid('json');
    const changed = await policies.changeRedaction(caller.workspaceId, actorOf(caller), () => rules);
    return changed.ok ? c.json(redactionOf(changed.value), 200) : problem(c, changed.error);
  });
  app.openapi(patchRedaction, async (c) => {
    const { caller } = c.var;
    const sent = Object.entries(c.req.valid('json')).filter(([, value]) => value !== undefined);
    const changed = await policies.changeRedaction(caller.workspaceId, actorOf(caller), (rules) => ({ ...rules, ...Object.fromEntries(sent) }));
    return changed.ok ? c.json(redactionOf(changed.value), 200) : problem(c, changed.error);
  });
  app.openapi(testRedaction, (c) => {
    const { text, redaction } = c.req.valid('json');
    const errors = redaction === undefined ? [] : checkPatterns(redaction.patterns, '/redaction');
    if (errors.length > 0) return problem(c, fail('not-compilable', 'The patterns cannot be used as they are.', errors).error);
    return c.json(tryRedaction(text, redaction ?? policies.redaction(c.var.caller.workspaceId).value), 200);
  });

  app.openapi(getSampling, (c) => c.json(samplingOf(policies.sampling(c.var.caller.workspaceId)), 200));
  app.openapi(putSampling, async (c) => {
    const { caller } = c.var;
    const changed = await policies.changeSampling(caller.workspaceId, actorOf(caller), c.req.valid('json'));
    return changed.ok ? c.json(samplingOf(changed.value), 200) : problem(c, changed.error);
  });

  app.openapi(getEstimates, (c) => c.json(estimatesOf(policies.estimates(c.var.caller.workspaceId)), 200));
  app.openapi(putEstimates, async (c) => {
    const { caller } = c.var;
    const changed = await policies.changeEstimates(caller.workspaceId, actorOf(caller), c.req.valid('json'));
    return changed.ok ? c.json(estimatesOf(changed.value), 200) : problem(c, changed.error);
  });

  app.openapi(getEncryption, (c) => c.json(encryptionOf(policies.encryption(c.var.caller.workspaceId)), 200));
  app.openapi(putEncryption, async (c) => {
    const { caller } = c.var;
    const changed = await policies.switchEncryption(caller.workspaceId, actorOf(caller), c.req.valid('json'));
    return changed.ok ? c.json(encryptionOf(changed.value), 200) : problem(c, changed.error);
  });
  app.openapi(rotateEncryptionKey, async (c) => {
    const { caller } = c.var;
    const rotated = await policies.rotateKey(caller.workspaceId, actorOf(caller));
    return rotated.ok ? c.json(encryptionOf(rotated.value), 200) : problem(c, rotated.error);
  });
}
