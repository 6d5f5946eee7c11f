/** Is this dossier one for this land system, and what does the configuration know of it? */
import type { Dossier } from '../../src/model/canonical.ts';
import { sameName } from '../../src/model/text.ts';
import type { AreaCodes, LandConfig, ProcedureRow } from './config.ts';
import type { OfficerConfig } from './inbound-config.ts';
import { isLandEntry } from './situation.ts';

/** The row of the procedure; a case of its own comes first. `undefined`: no land procedure. */
export function procedureRow<Row extends Pick<ProcedureRow, 'code'>>(dossier: Pick<Dossier, 'procedure'>, { procedures }: { procedures: Readonly<Record<string, Row>> }): Row | undefined {
  const { code, caseCode } = dossier.procedure;
  return (caseCode === undefined ? undefined : procedures[`${code}/${caseCode}`]) ?? procedures[code];
}

/** `H99.14` covers itself and the units below it. */
const covers = (agency: string, code: string): boolean => code === agency || code.startsWith(`${agency}.`);

/** The longest agency that covers the code. */
function areaOfAgency(code: string, areas: LandConfig['areas']): AreaCodes | undefined {
  let best = '';
  for (const agency of Object.keys(areas)) if (covers(agency, code) && agency.length > best.length) best = agency;
  return areas[best];
}

/** Where the property lies: as the dossier says, else as its agency has it, else (when configured) where the applicant lives. */
export function areaOf(dossier: Dossier, config: Pick<LandConfig, 'areas' | 'areaFallback'>): Partial<AreaCodes> {
  const { area } = dossier.landCase ?? {};
  if (area?.provinceCode !== undefined && area.communeCode !== undefined) return area;
  const byAgency = areaOfAgency(dossier.agency.code, config.areas);
  if (byAgency !== undefined) return byAgency;
  return config.areaFallback === 'applicant' ? (dossier.applicant.address ?? {}) : (area ?? {});
}

/** Does this land system get to hear of the dossier? By its procedure, its agency and where the property lies. */
export function isForHere(dossier: Dossier, config: LandConfig): boolean {
  if (procedureRow(dossier, config) === undefined) return false;
  if (config.agencies.length > 0 && !config.agencies.some((agency) => covers(agency, dossier.agency.code))) return false;
  return config.communes.length === 0 || config.communes.includes(areaOf(dossier, config).communeCode ?? '');
}

/** Who received it: the officer of the first step after which it was accepted, as the catalogue knows them. */
export function receivingOfficer(dossier: Pick<Dossier, 'history'>, { officers, receivingOfficer: fallback }: Pick<LandConfig, 'officers' | 'receivingOfficer'>): OfficerConfig | undefined {
  const actor = dossier.history.find((entry) => entry.status === 'ACCEPTED' && !isLandEntry(entry) && (entry.actor ?? '') !== '')?.actor;
  const byCode = (code: string | undefined): OfficerConfig | undefined => (code === undefined ? undefined : officers.find((officer) => officer.code === code));
  if (actor === undefined) return byCode(fallback);
  const named = officers.filter(({ name }) => sameName(name, actor));
  // Two officers of one name: neither is taken for the other.
  return byCode(actor) ?? (named.length === 1 ? named[0] : undefined) ?? byCode(fallback);
}
