import type { ErrorEntry } from './types.ts';

export const configErrors = [] as const satisfies readonly ErrorEntry[];
