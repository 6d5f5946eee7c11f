import type { ErrorEntry } from './types.ts';

export const upstreamErrors = [] as const satisfies readonly ErrorEntry[];
