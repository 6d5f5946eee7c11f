/**
 * The identity of a progress step. The national portal cannot be asked which steps it has and does not refuse a second
 * copy, so whether a step was sent is known only by this key; it must come out the same whenever the dossier is read again.
 */
import { hash } from 'node:crypto';
import type { HistoryEntry } from './canonical.ts';

/** Ids that are kept readable; anything else is hashed, so that a key never carries free text. */
const PLAIN_ID = /^[0-9A-Za-z._:-]{1,64}$/;

/** 132 bits are far beyond accident and keep keys short in the ledger. */
function digest(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 22);
}

/** Length before text: no two different lists of fields can be written alike. Absent and empty are the same thing on every wire. */
function field(value: string | undefined): string {
  return value === undefined ? '0:' : `${value.length}:${value}`;
}

/** What makes two entries the same step: notes and titles are edited afterwards, these are not. */
function contentOf(entry: HistoryEntry): string {
  return field(entry.at) + field(entry.status) + field(entry.action) + field(entry.actor) + field(entry.unit) + field(entry.from) + field(entry.to);
}

function keyOf(dossierCode: string, id: string | undefined, content: string): string {
  if (id === undefined || id === '') return `h:${digest(field(dossierCode) + content)}`;
  return PLAIN_ID.test(id) ? `id:${id}` : `ih:${digest(field(dossierCode) + field(id))}`;
}

/**
 * Key of one step, unique within its dossier: the source's id when it has one, otherwise a hash over (dossier, at, status,
 * action, actor, unit, from, to). Two indistinguishable entries of one history need `stepKeys`.
 */
export function stepKey(dossierCode: string, entry: HistoryEntry): string {
  return keyOf(dossierCode, entry.id, contentOf(entry));
}

export interface KeyedStep { key: string; entry: HistoryEntry }

/**
 * Keys of a whole history, in its order; all keys differ.
 * - Entries without id that agree in everything get `~2`, `~3` … : they are several steps until someone proves otherwise.
 * - An entry that repeats both id and content of an earlier one is the same step and comes once.
 * - An entry that repeats an id with other content keeps its own key (`id:7~<hash>`): sources exist that write one id on
 *   every entry, and a step lost is worse than a corrected one sent again.
 */
export function stepKeys(dossier: { code: string; history: readonly HistoryEntry[] }): KeyedStep[] {
  const keyed: KeyedStep[] = [];
  const contentByKey = new Map<string, string>();
  const repeats = new Map<string, number>();
  for (const entry of dossier.history) {
    const content = contentOf(entry);
    let key = keyOf(dossier.code, entry.id, content);
    const earlier = contentByKey.get(key);
    if (earlier !== undefined && entry.id !== undefined && entry.id !== '') {
      if (content === earlier) continue;
      key = `${key}~${digest(content)}`;
      if (contentByKey.has(key)) continue;
    } else if (earlier !== undefined) {
      const ordinal = (repeats.get(key) ?? 1) + 1;
      repeats.set(key, ordinal);
      key = `${key}~${ordinal}`;
    }
    contentByKey.set(key, content);
    keyed.push({ key, entry });
  }
  return keyed;
}
