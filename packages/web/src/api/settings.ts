import type { ApiKey } from '@sightglass/contract/routes/apiKeys';
import type {
  EncryptionSetting,
  EstimatesSetting,
  RedactionSetting,
  RedactionTestResult,
  SamplingSetting,
} from '@sightglass/contract/routes/settings';
import type { CustomPattern, DetectorName } from '@sightglass/contract/redaction';
import { queryOptions } from '@tanstack/react-query';
import { requestJson } from './request.ts';

const PATH = '/api/obs/settings';

export const readRedaction = (signal?: AbortSignal) => requestJson<RedactionSetting>(`${PATH}/redaction`, { signal });
export const readSampling = (signal?: AbortSignal) => requestJson<SamplingSetting>(`${PATH}/sampling`, { signal });

/** The masking rules of the workspace. */
export const redactionQuery = queryOptions({ queryKey: ['settings', 'redaction'], queryFn: ({ signal }) => readRedaction(signal) });

/** How much of traces and logs is kept, and settings to begin with. */
export const samplingQuery = queryOptions({ queryKey: ['settings', 'sampling'], queryFn: ({ signal }) => readSampling(signal) });

/** Whether the tokens of calls without usage are counted. */
export const estimatesQuery = queryOptions({
  queryKey: ['settings', 'estimates'],
  queryFn: ({ signal }) => requestJson<EstimatesSetting>(`${PATH}/estimates`, { signal }),
});

/** Whether what arrives is stored encrypted, and with which keys. */
export const encryptionQuery = queryOptions({
  queryKey: ['settings', 'encryption'],
  queryFn: ({ signal }) => requestJson<EncryptionSetting>(`${PATH}/encryption`, { signal }),
});

export const putRedaction = (body: unknown) => requestJson<RedactionSetting>(`${PATH}/redaction`, { method: 'PUT', body });
export const putSampling = (body: unknown) => requestJson<SamplingSetting>(`${PATH}/sampling`, { method: 'PUT', body });
export const putEstimates = (enabled: boolean) => requestJson<EstimatesSetting>(`${PATH}/estimates`, { method: 'PUT', body: { enabled } });
export const putEncryption = (enabled: boolean) => requestJson<EncryptionSetting>(`${PATH}/encryption`, { method: 'PUT', body: { enabled } });
export const rotateEncryptionKey = () => requestJson<EncryptionSetting>(`${PATH}/encryption/rotate`, { method: 'POST' });

export interface TriedRules {
  detectors: readonly DetectorName[];
  patterns: readonly CustomPattern[];
}

/** Masks a text under rules that need not be saved. Nothing is stored. */
export const tryRedactionQuery = (text: string, redaction: TriedRules) =>
  queryOptions({
    queryKey: ['settings', 'redaction', 'test', text, redaction],
    queryFn: ({ signal }) => requestJson<RedactionTestResult>(`${PATH}/redaction/test`, { method: 'POST', body: { text, redaction }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    // Every text that is typed makes an entry of its own.
    gcTime: 10_000,
    retry: false,
  });

/** Keys by name; only admins may ask. */
export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: async ({ signal }) => (await requestJson<{ items: ApiKey[] }>('/api/obs/api-keys', { signal })).items,
  staleTime: 60_000,
});
