/**
 * The code lists of the land exchange (fact sheet 4.7 a–j). They are of the generation before the Land Law of 2024: an unknown code is
 * kept and said, never refused, and an installation may add its own.
 */
import type { Text } from '../../../src/contract/errors/types.ts';
import lists from '../codes/land.json' with { type: 'json' };
import { CODED_LEAVES, type CodeListName } from './shape.ts';

/** Vietnamese names of the changes (`change`) are ours: the sheet gives their meaning only. */
export const LAND_CODES: Readonly<Record<CodeListName, Readonly<Record<string, Text>>>> = lists;

/** Codes that an installation knows beside ours, by list. */
export type MoreCodes = Partial<Record<CodeListName, readonly string[]>>;

export const codeListOf = (leaf: string): CodeListName | undefined => (Object.hasOwn(CODED_LEAVES, leaf) ? CODED_LEAVES[leaf as keyof typeof CODED_LEAVES] : undefined);

export const isKnownCode = (list: CodeListName, code: string, more: MoreCodes = {}): boolean => Object.hasOwn(LAND_CODES[list], code) || more[list]?.includes(code) === true;
