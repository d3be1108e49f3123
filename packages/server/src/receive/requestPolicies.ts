/** What a workspace wants done to what it receives, as the receive worker holds it; a workspace that wants nothing costs a look-up. */
import type { Sampling } from '@sightglass/contract/sampling';
import { createEstimator, type RequestEstimates } from '../estimate/estimator.ts';
import { ContentLocked } from '../encryption/contentLocked.ts';
import { createSealer, type Sealer } from '../encryption/envelope.ts';
import type { ReceivePolicies } from '../settings/receivePolicies.ts';
import { createRedactor, type Redactor, type RequestRedaction } from '../redact/redactor.ts';

/** For one request. */
export interface RequestPolicies {
  redaction: RequestRedaction | null;
  sealer: Sealer | null;
  sampling: Sampling | null;
  /** Null: calls without usage stay without. */
  estimates: RequestEstimates | null;
}

export type PoliciesOf = (workspaceId: string) => RequestPolicies;

const NONE: RequestPolicies = { redaction: null, sealer: null, sampling: null, estimates: null };
export const noPolicies: PoliciesOf = () => NONE;

interface Compiled {
  redactor: Redactor | null;
  sealer: Sealer | null | 'locked';
  sampling: Sampling | null;
  estimates: boolean;
}

export function createPolicyBook() {
  const estimator = createEstimator();
  const sent = new Map<string, ReceivePolicies>();
  const compiled = new Map<string, Compiled>();

  function compile(workspaceId: string): Compiled | undefined {
    const policies = sent.get(workspaceId);
    if (policies === undefined) return undefined;
    const { redaction, encryption, sampling, estimates } = policies;
    const made: Compiled = {
      redactor: redaction === null ? null : createRedactor(redaction),
      sealer: encryption === null || encryption === 'locked' ? encryption : createSealer(workspaceId, encryption),
      sampling: sampling ?? null,
      estimates: estimates === true,
    };
    compiled.set(workspaceId, made);
    return made;
  }

  return {
    /** Takes over the policies of some workspaces. */
    set: (policies: Iterable<readonly [string, ReceivePolicies]>): void => {
      for (const [workspaceId, ofWorkspace] of policies) {
        compiled.delete(workspaceId);
        if (wantsNothing(ofWorkspace)) sent.delete(workspaceId);
        else sent.set(workspaceId, ofWorkspace);
      }
    },
    /** @throws ContentLocked */
    forRequest: ((workspaceId) => {
      const policies = compiled.get(workspaceId) ?? compile(workspaceId);
      if (policies === undefined) return NONE;
      const { redactor, sealer, sampling, estimates } = policies;
      if (sealer === 'locked') throw new ContentLocked();
      return { redaction: redactor?.forRequest() ?? null, sealer, sampling, estimates: estimates ? estimator.forRequest() : null };
    }) satisfies PoliciesOf,
  };
}

const wantsNothing = ({ redaction, encryption, sampling, estimates }: ReceivePolicies): boolean =>
  redaction === null && encryption === null && sampling === undefined && estimates === undefined;
