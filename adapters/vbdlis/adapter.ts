/** The land systems VBDLIS and ILIS: one adapter, two dialects. */
import { defineAdapter } from '../../src/adapter/define.ts';
import { packageFile } from '../../src/contract/package-file.ts';
import { configure, type LandConfig } from './config.ts';
import { vbdlisConfigSchema } from './config-schema.ts';
import { inboundRoutes } from './inbound.ts';
import { keep } from './keep.ts';
import { operations } from './operations.ts';
import { readCall } from './read-call.ts';
import { scenarios } from './scenarios.ts';
import { createVbdlisSimulator, type VbdlisSimulator } from './simulator.ts';
import { openWire } from './wire.ts';

export const vbdlis = defineAdapter<LandConfig, typeof operations, VbdlisSimulator>({
  id: 'vbdlis',
  title: { vi: 'Hệ thống đất đai VBDLIS, ILIS', en: 'Land systems VBDLIS and ILIS' },
  version: '2026-11',
  configSchema: vbdlisConfigSchema,
  configure,
  operations,
  inbound: inboundRoutes,
  keep,
  readCall,
  open: openWire,
  contract: packageFile('schemas/upstream/vbdlis.openapi.yaml'),
  shapes: () => import('./generated/shapes.js'),
  simulator: createVbdlisSimulator,
  scenarios,
});

export { configure, DEFAULTS, type LandConfig } from './config.ts';
export { vbdlisConfigSchema } from './config-schema.ts';
export { LOST_REPLIES, WRONG_RESULT_DECISION } from './lost-replies.ts';
export type { LandAnswer } from './operations/common.ts';
export type { DownloadInput } from './operations/download-file.ts';
export type { DownloadedFile } from './files.ts';
export type { ReturnInput, SupplementInput, WrongResultInput } from './encode.ts';
// ---- land data exchange (HoSoXml) ----
export { buildLandFile, buildLandFiles } from './xml/build.ts';
export { checkLandFile, createLandChecker, type LandChecker } from './xml/check.ts';
export { LAND_CODES, type MoreCodes } from './xml/codes.ts';
export { misfitsOf, type Misfit } from './xml/fits.ts';
export { collectLandXml, parseLandXml, streamLandXml, type LandPiece, type ReadLand } from './xml/read.ts';
export type { LandFile as LandDataFile, LandFinding } from './xml/types.ts';
