/** True for what JSON calls an object: not null, not a list. Says nothing about its fields. */
export const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
