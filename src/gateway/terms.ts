/** What the ledger keeps of a dossier besides its encrypted body: plain columns to filter by and hashed terms to find by. */
import type { DossierColumns, SearchTerm } from '../ledger/ledger.ts';
import type { Dossier, Party } from '../model/canonical.ts';
import { parsePhone } from '../model/phone.ts';
import { searchKey, toNfc } from '../model/text.ts';
import { epochFromInstant } from '../model/time.ts';

const at = (instant: string | undefined): number | null => (instant === undefined ? null : (epochFromInstant(instant) ?? null));

/** Nothing personal: codes, statuses and dates (epoch ms). */
export function columnsOf(dossier: Dossier): DossierColumns {
  const { dates } = dossier;
  return {
    status: dossier.status,
    subStatus: dossier.subStatus ?? null,
    procedureCode: dossier.procedure.code,
    sectorCode: dossier.procedure.sector.code,
    agencyCode: dossier.agency.code,
    channel: dossier.channel,
    submittedAt: at(dates.submittedAt),
    acceptedAt: at(dates.acceptedAt),
    dueAt: at(dates.dueAt),
    resolvedAt: at(dates.resolvedAt),
    returnedAt: at(dates.returnedAt),
  };
}

/** An identity number as it is searched for: no blanks, dots or hyphens, upper case. */
export const identityTerm = (number: string): string => number.replace(/[\s.\-–]/g, '').toUpperCase();

/** Telephone numbers as they are searched for: today's national form; the bare digits when a number cannot be read. */
export function phoneTerms(phone: string): string[] {
  const parsed = parsePhone(phone);
  if (parsed.ok) return [parsed.national];
  if (parsed.candidates !== undefined) return parsed.candidates.map((c) => c.national);
  return [phone.replace(/\D/g, '').slice(0, 20)];
}

export const emailTerm = (email: string): string => toNfc(email.trim()).toLowerCase();
/** A name as somebody types it in a hurry: without accents, lower case. */
export const nameTerm = (name: string): string => searchKey(name);

/** The search terms of the people in a dossier, each once. The ledger stores keyed hashes of them only. */
export function termsOf(dossier: Dossier): SearchTerm[] {
  const terms: SearchTerm[] = [];
  addParty(terms, dossier.applicant);
  if (dossier.delegate !== undefined) addParty(terms, dossier.delegate);
  return terms;
}

function addParty(terms: SearchTerm[], party: Party): void {
  for (const id of party.ids) add(terms, 'identity', identityTerm(id.number));
  if (party.phone !== undefined) for (const phone of phoneTerms(party.phone)) add(terms, 'phone', phone);
  if (party.email !== undefined) add(terms, 'email', emailTerm(party.email));
  add(terms, 'name', nameTerm(party.name));
}

function add(terms: SearchTerm[], kind: SearchTerm['kind'], value: string): void {
  if (value === '' || terms.some((t) => t.kind === kind && t.value === value)) return;
  terms.push({ kind, value });
}
