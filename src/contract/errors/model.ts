import type { ErrorEntry } from './types.ts';

export const modelErrors = [] as const satisfies readonly ErrorEntry[];
