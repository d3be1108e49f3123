import { FAIR_FROM, HEALTHY_FROM } from '@sightglass/contract/health';

export type HealthLevel = 'good' | 'fair' | 'poor';

export const LEVEL_WORDS: Readonly<Record<HealthLevel, string>> = { good: 'Healthy', fair: 'Fair', poor: 'Poor' };

export const levelOf = (score: number): HealthLevel => (score >= HEALTHY_FROM ? 'good' : score >= FAIR_FROM ? 'fair' : 'poor');
