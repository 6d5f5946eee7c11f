/** Dossiers as they stand after each step, made by the adapter’s own ways of changing them. */
import { dvclt, type DvcltConfig } from '../../../adapters/dvclt/adapter.ts';
import { dossierOf, readDetail } from '../../../adapters/dvclt/intake.ts';
import { pushCivilStatus } from '../../../adapters/dvclt/operations/push.ts';
import { applyTold, readRow } from '../../../adapters/dvclt/result.ts';
import type { ResultRow } from '../../../adapters/dvclt/contract.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { createDossierDesk } from '../../support/dossier-deps.ts';
import { config, detail, NOW, NUMBER, resultRow, snapshot, type DetailParts } from './fixtures.ts';

export const CODE = 'H99.45.01-250110-0003';
export const at = (clock: string): string => new Date(Date.parse(`2025-01-10T${clock}+07:00`)).toISOString().replace('.000Z', 'Z');

export async function received(settings: DvcltConfig = config(), parts: DetailParts = {}): Promise<Dossier> {
  const read = readDetail(detail(parts), parts.number ?? NUMBER, settings);
  if (!read.ok) throw new Error(read.issues.map(({ code }) => code).join());
  return dossierOf(read.value, CODE, createDossierDesk({ config: settings, now: () => NOW }).deps);
}
/** As the gateway does with a snapshot of the province's own system. */
export const said = (known: Dossier, status: Dossier['status'], clock: string, more: Partial<Dossier> = {}): Dossier => dvclt.keep?.(known, snapshot(known, status, at(clock), more)) as Dossier;
export const handedOver = (accepted: Dossier, clock = '09:02:00'): Dossier => pushCivilStatus.learn?.(accepted, accepted, { code: accepted.code, isDuplicate: false }, Date.parse(at(clock))) as Dossier;
export function told(dossier: Dossier, more: Record<string, unknown> = {}, settings: DvcltConfig = config()): Dossier {
  const read = readRow(resultRow(dossier.code, more) as ResultRow, dossier.civilStatus as NonNullable<Dossier['civilStatus']>, settings);
  if (read.kind !== 'told') throw new Error(read.kind);
  const file = read.told.file === undefined ? undefined : { name: 'kq.pdf', url: `lienthong-file:${'a'.repeat(64)}` };
  return applyTold(dossier, read.told, file, at('15:25:00'), settings) as Dossier;
}
/** Received, accepted, handed over, registered. */
export async function registered(settings?: DvcltConfig): Promise<Dossier> {
  return told(handedOver(said(await received(settings), 'ACCEPTED', '08:30:00')), {}, settings);
}
