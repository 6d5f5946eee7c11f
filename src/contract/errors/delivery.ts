import type { ErrorEntry } from './types.ts';

export const deliveryErrors = [] as const satisfies readonly ErrorEntry[];
