/** Every adapter of this installation. The composition root is the only place that knows them. */
import { dancu } from '../../adapters/dancu/adapter.ts';
import { dvclt } from '../../adapters/dvclt/adapter.ts';
import { dvcqg } from '../../adapters/dvcqg/adapter.ts';
import { emc } from '../../adapters/emc/adapter.ts';
import { opencps } from '../../adapters/opencps/adapter.ts';
import { vbdlis } from '../../adapters/vbdlis/adapter.ts';
import { vneid } from '../../adapters/vneid/adapter.ts';
import type { Adapter } from '../adapter/types.ts';

export const ADAPTERS: Readonly<Record<string, Adapter>> = {
  dvcqg: dvcqg as unknown as Adapter,
  opencps: opencps as unknown as Adapter,
  vbdlis: vbdlis as unknown as Adapter,
  emc: emc as unknown as Adapter,
  dvclt: dvclt as unknown as Adapter,
  dancu: dancu as unknown as Adapter,
  vneid: vneid as unknown as Adapter,
};
