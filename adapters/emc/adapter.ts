/** EMC, the national system that measures the supply and use of online public services: dossiers by server, pages and services by browser. */
import { defineAdapter } from '../../src/adapter/define.ts';
import { packageFile } from '../../src/contract/package-file.ts';
import { advise, configure, type EmcConfig } from './config.ts';
import { emcConfigSchema } from './config-schema.ts';
import { operations } from './operations.ts';
import { readCall } from './read-call.ts';
import { scenarios } from './scenarios.ts';
import { createEmcSimulator, type EmcSimulator } from './simulator.ts';
import { openWire } from './wire.ts';

export const emc = defineAdapter<EmcConfig, typeof operations, EmcSimulator>({
  id: 'emc',
  title: { vi: 'Hệ thống giám sát EMC', en: 'EMC, measuring of online public services' },
  version: '2026-11',
  configSchema: emcConfigSchema,
  configure,
  advise,
  operations,
  inbound: [],
  open: openWire,
  contract: packageFile('schemas/upstream/emc.openapi.yaml'),
  readCall,
  simulator: createEmcSimulator,
  scenarios,
});

export { configure, DEFAULTS, type EmcConfig } from './config.ts';
export { emcConfigSchema } from './config-schema.ts';
export type { EmcState } from './codes.ts';
export type { TrackingInput } from './encode.ts';
export type { Reported } from './operations.ts';
export { LOST_REPLIES } from './lost-replies.ts';
export { stepsOf, type TrackedStep } from './steps.ts';
export { pageTracking, trackService, TRACK_STATES, type PageTracking, type PageTrackingOptions, type TrackState } from './page.ts';
