/** Cổng Dịch vụ công quốc gia (DVCQG), the national public-service portal. */
import { defineAdapter } from '../../src/adapter/define.ts';
import { packageFile } from '../../src/contract/package-file.ts';
import { readEnvelope } from './answer.ts';
import { configure, dvcqgConfigSchema } from './config.ts';
import { searchCall } from './inbound.ts';
import { operations } from './operations.ts';
import { readCall } from './read-call.ts';
import { scenarios } from './scenarios.ts';
import { createDvcqgSimulator } from './simulator.ts';
import { openWire } from './wire.ts';

export const dvcqg = defineAdapter({
  id: 'dvcqg',
  title: { vi: 'Cổng Dịch vụ công quốc gia', en: 'National public-service portal' },
  version: '2026-11',
  configSchema: dvcqgConfigSchema,
  configure,
  operations,
  inbound: [searchCall],
  open: openWire,
  contract: packageFile('schemas/upstream/dvcqg.openapi.yaml'),
  shapes: () => import('./generated/shapes.js'),
  readCall,
  unpack: (body) => readEnvelope(body)?.body ?? body,
  conformance: async () => (await import('./conformance.ts')).conformance,
  simulator: createDvcqgSimulator,
  scenarios,
});

export { checkDossier } from './encode.ts';
export { decodeDossier, type PortalDossier } from './decode.ts';
export { LOSSES, withLosses, type Loss } from './losses.ts';
export { LOST_REPLIES, STATUS_SYNC_DECISION, STEP_DECISIONS } from './lost-replies.ts';
export { configure, DEFAULT_STATUS_MAP, DEFAULTS, dvcqgConfigSchema, type DvcqgConfig } from './config.ts';
export type { ProgressStep } from './steps.ts';
export type { FindDossierInput, FoundDossier } from './operations/find-dossier.ts';
export type { NationalProcedure } from './operations/procedure.ts';
export type { AgencyItem, CatalogueInput, CatalogueItem, OnlineServiceItem, ProcedureItem, SectorItem } from './operations/catalogues.ts';
export type { StatusInput } from './operations/sync-status.ts';
