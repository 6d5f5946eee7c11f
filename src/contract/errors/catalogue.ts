/** Every stable error code of the product, by area. `docs/errors.md` is generated from here. */
import { citizenErrors } from './citizens.ts';
import { configErrors } from './config.ts';
import { dancuErrors } from './dancu.ts';
import { deliveryErrors } from './delivery.ts';
import { dvcltErrors } from './dvclt.ts';
import { dvcqgErrors } from './dvcqg.ts';
import { emcErrors } from './emc.ts';
import { gatewayErrors } from './gateway.ts';
import { indicatorErrors } from './indicators.ts';
import { inputErrors } from './input.ts';
import { kitErrors } from './kit.ts';
import { ledgerErrors } from './ledger.ts';
import { lgspErrors } from './lgsp.ts';
import { modelErrors } from './model.ts';
import { opencpsErrors } from './opencps.ts';
import type { ErrorEntry } from './types.ts';
import { upstreamErrors } from './upstream.ts';
import { vbdlisErrors } from './vbdlis.ts';
import { vneidErrors } from './vneid.ts';
import { vneidLoginErrors } from './vneid-login.ts';

/** The entries in the order in which the document shows them. */
export const ERROR_AREAS: Readonly<Record<string, readonly ErrorEntry[]>> = {
  input: inputErrors,
  model: modelErrors,
  upstream: upstreamErrors,
  lgsp: lgspErrors,
  dvcqg: dvcqgErrors,
  opencps: opencpsErrors,
  vbdlis: vbdlisErrors,
  vneid: vneidErrors,
  emc: emcErrors,
  dvclt: dvcltErrors,
  dancu: dancuErrors,
  'vneid-login': vneidLoginErrors,
  ledger: ledgerErrors,
  delivery: deliveryErrors,
  gateway: gatewayErrors,
  citizen: citizenErrors,
  indicators: indicatorErrors,
  config: configErrors,
  kit: kitErrors,
};

/** Every entry of every area. */
export const ERROR_CATALOGUE: readonly ErrorEntry[] = Object.values(ERROR_AREAS).flat();

const byCode = new Map<string, ErrorEntry>(ERROR_CATALOGUE.map((entry) => [entry.code, entry]));

/** The entry of a code; undefined when no area declares it. */
export const errorEntry = (code: string): ErrorEntry | undefined => byCode.get(code);

/** Where a code is explained, relative to the root of the repository and of the package. The anchor is the code in lower case. */
export const docsUrl = (code: string): string => `docs/errors.md#${code.toLowerCase()}`;
