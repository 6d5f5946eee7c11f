import { afterEach, beforeEach, expect, it } from 'vitest';
import { dvcqg } from '../../adapters/dvcqg/adapter.ts';
import type { Adapter, AnyOperation } from '../../src/adapter/types.ts';
import { createDrift, type Drift } from '../../src/gateway/drift/radar.ts';
import type { Gateway } from '../../src/gateway/server.ts';
import { gatewayWith, quiet } from '../gateway/fixtures.ts';
import { memoryLedger } from '../gateway/memory-ledger.ts';
import { memoryCells } from '../support/cells.ts';
import { endEverything, run } from '../support/process.ts';

let drift: Drift;
let gateway: Gateway;
let url: string;
beforeEach(async () => {
  drift = createDrift({ cells: memoryCells(), config: { enabled: true, every: 1, habitAfter: 20 }, systems: [{ id: 'dvcqg', adapter: dvcqg as unknown as Adapter }], logger: quiet });
  await drift.start();
  gateway = await gatewayWith({ ledger: { ...memoryLedger(), act: async () => ({ seq: 1 }) }, drift });
  url = await gateway.listen();
});
afterEach(async () => {
  endEverything();
  await gateway.close();
  await drift.close();
});

const say = (body: unknown, times: number): void => {
  for (let i = 0; i < times; i += 1) drift.observer('dvcqg')?.(dvcqg.operations.syncDossier as AnyOperation, { kind: 'response', status: 200, headers: {}, body, text: '', durationMs: 1 });
};
const lienthong = (...args: string[]) => run([...args, '--to', url]);

it('lists what differs with exit code 1, takes a person’s word for it, and is silent then', { timeout: 60_000 }, async () => {
  expect(await lienthong('drift')).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('none / không có') as string });
  say({ error_code: '0', message: 'ok' }, 7);
  say({ error_code: '42', message: 'ok', nguoiNop: 'Nguyễn Văn Mẫu' }, 3);

  const listed = await lienthong('drift', '--upstream', 'dvcqg');
  expect([listed.code, listed.stderr]).toEqual([1, '']);
  expect(listed.stdout).toMatch(/^[0-9a-f]{12} +dvcqg +syncDossier +unseen-code +\/error_code +'42' +3 +10 /m);
  expect(listed.stdout).toMatch(/^[0-9a-f]{12} +dvcqg +syncDossier +new +\/nguoiNop +chuỗi 14 ký tự \/ text of 14 characters +3 +10 /m);
  expect(listed.stdout).toContain('new: Trường mới, lược đồ chưa có / A new field that the schema does not have');
  expect(listed.stdout).toContain('10 answers of 1 operations observed; 0 operations have no pinned shape');
  expect(listed.stdout).not.toContain('Nguyễn');

  const { items } = JSON.parse((await lienthong('drift', 'list', '--json')).stdout) as { items: { id: string }[] };
  expect(items).toHaveLength(2);
  for (const { id } of items) expect(await lienthong('drift', 'acknowledge', id, '--reason', 'đã hỏi cổng')).toMatchObject({ code: 0, stdout: expect.stringContaining('known / đã biết') as string });
  expect(await lienthong('drift')).toMatchObject({ code: 0, stdout: expect.stringContaining('none / không có') as string });
  expect((await lienthong('drift', '--all')).stdout).toContain('loopback');
  const unknown = await lienthong('drift', 'acknowledge', '0123456789ab', '--reason', 'x');
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('LT-GATEWAY-DRIFT-UNKNOWN')]);
});
