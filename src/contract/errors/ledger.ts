import type { ErrorEntry } from './types.ts';

export const ledgerErrors = [] as const satisfies readonly ErrorEntry[];
