/**
 * Codes that were read before. A province has a few hundred agencies and numbers its dossiers per agency and day, so of a
 * hundred thousand records nearly all repeat a code; reading one costs more than all the rest of a small field.
 */
import { parseAgencyCode } from '../../src/model/agency-code.ts';
import { parseDossierNumber } from '../../src/model/dossier-number.ts';
import type { Why } from '../../src/model/result.ts';
import type { OpencpsConfig } from './config.ts';

/** `doubt`: it is no agency code of the catalogue and stays as it was given. */
export interface ReadAgency { code: string; legacyCode?: string; doubt: boolean }
interface Memory { agencies: Map<string, ReadAgency>; series: Set<string> }

const memories = new WeakMap<OpencpsConfig, Memory>();
/** Bounds, so that hostile input cannot fill the memory. */
const MOST_AGENCIES = 5_000;
const MOST_SERIES = 20_000;

function memoryOf(config: OpencpsConfig): Memory {
  let memory = memories.get(config);
  if (memory === undefined) memories.set(config, (memory = { agencies: new Map(), series: new Set() }));
  return memory;
}

export function readAgency(code: string, config: OpencpsConfig): ReadAgency {
  const { agencies } = memoryOf(config);
  const before = agencies.get(code);
  if (before !== undefined) return before;
  const parsed = parseAgencyCode(code, { extraLevel1: config.extraLevel1 });
  const read: ReadAgency = parsed.ok
    ? { code: parsed.current, ...(parsed.legacy === undefined ? {} : { legacyCode: parsed.legacy }), doubt: false }
    : { code, doubt: true };
  if (agencies.size < MOST_AGENCIES) agencies.set(code, read);
  return read;
}

/** A number as the system prints it: nothing to normalise. The first group is agency and day. */
const PRINTED = /^([0-9A-Z.]{3,16}-\d{6}-)\d{4}$/;

/** @returns the number in the spelling under which it is compared, or why it is none */
export function readNumber(given: string, config: OpencpsConfig): { ok: true; normalized: string } | { ok: false; why: Why } {
  const series = PRINTED.exec(given)?.[1];
  const memory = memoryOf(config);
  if (series !== undefined && memory.series.has(series)) return { ok: true, normalized: given };
  const parsed = parseDossierNumber(given, config);
  if (parsed.ok && series !== undefined && parsed.normalized === given && memory.series.size < MOST_SERIES) memory.series.add(series);
  return parsed;
}
