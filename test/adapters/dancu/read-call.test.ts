/** Recorded questions, read back: the same adapter makes the same call again, and another configuration shows where it differs. */
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { dancu } from '../../../adapters/dancu/adapter.ts';
import { fixtures } from '../../../adapters/dancu/fixtures.ts';
import { createDancuSimulator } from '../../../adapters/dancu/simulator.ts';
import { messageOf } from '../../../adapters/dancu/wire.ts';
import { connect, prepare } from '../../../src/adapter/client.ts';
import type { Adapter, AnyOperation, OperationContext } from '../../../src/adapter/types.ts';
import { contractOf, createRecorder, readRecording, recordTransport, startSimulator, type RecordedExchange } from '../../../src/testing/index.ts';
import { shadow } from '../../../src/testing/recorder/shadow.ts';
import { endEverything, freshFolder } from '../../support/process.ts';

afterEach(endEverything);
const dialects = { 'x-road': fixtures, ...fixtures.dialects } as Record<string, Pick<typeof fixtures, 'config' | 'operations' | 'variants'> & { without?: string[] }>;

describe.each(Object.keys(dialects))('%s', (name) => {
  const { config: raw, operations, variants = {}, without = [] } = { ...fixtures, ...dialects[name] } as (typeof dialects)[string];
  it('each question comes back as it was asked, in every variant', () => {
    for (const more of [{}, ...Object.values(variants)]) {
      const config = dancu.configure({ ...raw, ...more });
      for (const [id, { inputs }] of Object.entries(operations)) {
        if (without.includes(id)) continue;
        const operation = dancu.operations[id as keyof typeof dancu.operations] as AnyOperation;
        for (const input of inputs as unknown[]) {
          const ctx = { config, remote: {}, now: () => 0, run: () => Promise.reject(new Error()) } as unknown as OperationContext;
          const written = (of: AnyOperation, one: unknown): string => {
            const prepared = prepare(of, [one], ctx);
            if (!prepared.ok) throw new Error(prepared.issues.map(({ code, pointer }) => `${code} ${pointer ?? ''}`).join());
            const { path, body } = messageOf(of.id, prepared.request, config);
            return `${path} ${body}`;
          };
          const [path = '', ...rest] = written(operation, input).split(' ');
          const body = rest.join(' ');
          const read = dancu.readCall?.({ method: 'POST', path: `/mat-truoc${path}`, query: {}, body: body.startsWith('{') ? (JSON.parse(body) as unknown) : body }, config);
          expect(read).toBeDefined();
          const again = dancu.operations[read?.operation as keyof typeof dancu.operations] as AnyOperation;
          expect(written(again, read?.inputs[0])).toBe(`${path} ${body}`);
        }
      }
    }
  });
  it('no login, and nothing that is no question', () => {
    const config = dancu.configure(raw);
    for (const call of [{ method: 'POST', path: '/token', body: 'grant_type=client_credentials' }, { method: 'GET', path: '/TraCuuThongTinCongDan', body: undefined }, { method: 'POST', path: Object.values(config.paths)[0] as string, body: '<a/>' }]) expect(dancu.readCall?.({ query: {}, ...call }, config)).toBeUndefined();
  });
});

it('a recording is played against the adapter: every call is made again, and another setting is found where it differs', { timeout: 30_000 }, async () => {
  const file = join(freshFolder(), 'dan-cu.ndjson');
  const contract = contractOf(dancu as unknown as Adapter);
  if (contract === undefined) throw new Error('the adapter has a contract');
  const recorder = await createRecorder({ file, upstream: 'dancu', contract, key: Buffer.alloc(32, 8) });
  const simulator = createDancuSimulator({ seed: 'recorded' });
  const running = await startSimulator(simulator);
  const raw = { ...simulator.clientConfig?.(running.url) };
  const connection = connect(dancu, raw, { transport: recordTransport(recorder), now: () => simulator.now(), readRetry: { retries: 0 } });
  for (const id of ['lookUpCitizen', 'verifyCitizen', 'verifyRelatives'] as const) for (const input of fixtures.operations[id].inputs) await connection.run(id, input);
  await connection.close();
  await running.close();
  await recorder.close();
  const exchanges: RecordedExchange[] = [];
  for await (const exchange of readRecording(file)) exchanges.push(exchange);
  const against = (more: Record<string, unknown>) => shadow(exchanges, { adapter: dancu as unknown as Adapter, against: dancu as unknown as Adapter, config: raw, againstConfig: { ...raw, ...more } });
  expect(await against({})).toMatchObject({ exchanges: 9, compared: 9, differing: 0, passedOver: 0 });
  expect(await against({ dates: 'dashed' })).toMatchObject({ compared: 9, differing: 2, fields: [{ operation: 'lookUpCitizen', part: 'sends' }, { operation: 'verifyRelatives', part: 'sends' }] });
});
