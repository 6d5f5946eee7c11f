import type { ErrorEntry } from './types.ts';

/** What can go wrong around mocks, conformance runs and recordings. */
export const kitErrors = [] as const satisfies readonly ErrorEntry[];
