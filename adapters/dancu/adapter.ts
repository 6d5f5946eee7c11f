/** CSDLDC, the National Population Database: citizens looked up and verified over NDXP, a provincial LGSP or a JSON wrapper. Reads only. */
import { defineAdapter } from '../../src/adapter/define.ts';
import { packageFile } from '../../src/contract/package-file.ts';
import { advise, configure, type DancuConfig } from './config.ts';
import { dancuConfigSchema } from './config-schema.ts';
import { operations } from './operations.ts';
import { readCall } from './read-call.ts';
import { scenarios } from './scenarios.ts';
import { createDancuSimulator, type DancuSimulator } from './simulator.ts';
import { openWire } from './wire.ts';

export const dancu = defineAdapter<DancuConfig, typeof operations, DancuSimulator>({
  id: 'dancu',
  title: { vi: 'Cơ sở dữ liệu quốc gia về dân cư', en: 'National Population Database (CSDLDC)' },
  version: '2026-11',
  configSchema: dancuConfigSchema,
  configure,
  advise,
  operations,
  inbound: [],
  citizens: { lookUp: 'lookUpCitizen', verify: 'verifyCitizen' },
  open: openWire,
  contract: packageFile('schemas/upstream/dancu.openapi.yaml'),
  readCall,
  simulator: createDancuSimulator,
  scenarios,
});

export { configure, type DancuConfig, type DancuTransport } from './config.ts';
export { dancuConfigSchema } from './config-schema.ts';
export type { CitizenChanges, CitizenRelatives } from './decode.ts';
export type { ChangesQuestion } from './encode.ts';
export { accentedName, compactName } from './names.ts';
