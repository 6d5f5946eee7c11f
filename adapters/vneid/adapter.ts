/** Judicial records through VNeID. Signing in is another matter: login/. */
import { defineAdapter } from '../../src/adapter/define.ts';
import { packageFile } from '../../src/contract/package-file.ts';
import { advise, configure, type VneidConfig } from './config.ts';
import { vneidConfigSchema } from './config-schema.ts';
import { inboundRoutes } from './inbound.ts';
import { keep } from './keep.ts';
import { operations } from './operations.ts';
import { readCall } from './read-call.ts';
import { rounds } from './rounds.ts';
import { scenarios } from './scenarios.ts';
import { createVneidSimulator, type VneidSimulator } from './simulator.ts';
import { openWire } from './wire.ts';

export const vneid = defineAdapter<VneidConfig, typeof operations, VneidSimulator>({
  id: 'vneid',
  title: { vi: 'Lý lịch tư pháp qua VNeID', en: 'Judicial records through VNeID' },
  version: '2026-11',
  configSchema: vneidConfigSchema,
  configure,
  advise,
  operations,
  inbound: inboundRoutes,
  rounds,
  keep,
  readCall,
  open: openWire,
  contract: packageFile('schemas/upstream/vneid.openapi.yaml'),
  shapes: () => import('./generated/shapes.js'),
  simulator: createVneidSimulator,
  scenarios,
});

export { configure, DEFAULTS, type VneidConfig } from './config.ts';
export { vneidConfigSchema } from './config-schema.ts';
export { isLltpStatus, statusCode, statusName, type LltpStatus } from './codes.ts';
export { LOST_REPLIES } from './lost-replies.ts';
export type { Reported, StatusInput } from './operations/report-status.ts';
export type { Pushed } from './operations/push-to-backend.ts';
export type { ResultInput } from './operations/read-result.ts';
export type { BackendState } from './backend/port.ts';
// ---- signing in ----
export * from './login/index.ts';
