import type { ErrorEntry } from './types.ts';

export const gatewayErrors = [] as const satisfies readonly ErrorEntry[];
