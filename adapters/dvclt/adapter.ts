/** DVCLT, the interconnected public services (births and deaths), and the civil-status system of the Ministry of Justice behind them. Every call is ours. */
import { defineAdapter } from '../../src/adapter/define.ts';
import { packageFile } from '../../src/contract/package-file.ts';
import { advise, configure, type DvcltConfig } from './config.ts';
import { dvcltConfigSchema } from './config-schema.ts';
import { keep } from './keep.ts';
import { operations } from './operations.ts';
import { readCall } from './read-call.ts';
import { intake } from './rounds/intake.ts';
import { results } from './rounds/results.ts';
import { scenarios } from './scenarios.ts';
import { createDvcltSimulator, type DvcltSimulator } from './simulator.ts';
import { openWire } from './wire.ts';

export const dvclt = defineAdapter<DvcltConfig, typeof operations, DvcltSimulator>({
  id: 'dvclt',
  title: { vi: 'Dịch vụ công liên thông (khai sinh, khai tử)', en: 'Interconnected public services (births, deaths)' },
  version: '2026-11',
  configSchema: dvcltConfigSchema,
  configure,
  advise,
  operations,
  rounds: [intake, results],
  inbound: [],
  keep,
  open: openWire,
  contract: packageFile('schemas/upstream/dvclt.openapi.yaml'),
  shapes: () => import('./generated/shapes.js'),
  readCall,
  simulator: createDvcltSimulator,
  scenarios,
});

export { configure, DEFAULTS, type DvcltConfig } from './config.ts';
export { dvcltConfigSchema } from './config-schema.ts';
export { DVCLT, type BtpStatus, type DvcltStatus } from './codes.ts';
export { eventsOf, type ReportedEvent } from './events.ts';
export type { ReportInput } from './encode-status.ts';
export type { Reported } from './operations/report.ts';
export type { HandedOver } from './operations/push.ts';
export { readHoTich, writeHoTich } from './hotich.ts';
export { LOST_REPLIES } from './lost-replies.ts';
