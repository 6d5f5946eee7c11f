import type { ErrorEntry } from './types.ts';

export const dvcqgErrors = [] as const satisfies readonly ErrorEntry[];
