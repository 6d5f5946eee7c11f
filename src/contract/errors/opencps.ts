import type { ErrorEntry } from './types.ts';

export const opencpsErrors = [] as const satisfies readonly ErrorEntry[];
