import type { ErrorEntry } from './types.ts';

export const cliErrors = [] as const satisfies readonly ErrorEntry[];
