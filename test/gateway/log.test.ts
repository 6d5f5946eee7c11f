import { afterEach, describe, expect, it } from 'vitest';
import { createLogger, type LogFields } from '../../src/gateway/log.ts';
import type { Gateway } from '../../src/gateway/server.ts';
import { dossier, gatewayWith, testConfig } from './fixtures.ts';
import { memoryLedger } from './memory-ledger.ts';

let gateway: Gateway | undefined;
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
});
function collect(): { lines: Record<string, unknown>[]; stream: { write(line: string): void } } {
  const lines: Record<string, unknown>[] = [];
  return { lines, stream: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) } };
}

describe('a line of the log', () => {
  it('holds only fields of the list, whatever is passed', () => {
    const { lines, stream } = collect();
    createLogger({ level: 'debug', stream }).info({ requestId: 'r1', dossierCode: 'H99.1', name: 'Nguyễn Văn Mẫu', body: { a: 1 } } as LogFields, 'event');
    expect(lines).toEqual([{ level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/) as string, requestId: 'r1', dossierCode: 'H99.1', event: 'event' }]);
  });

  it('tells of an error what it is and where, never its text', () => {
    const { lines, stream } = collect();
    createLogger({ level: 'info', stream }).error({ err: Object.assign(new TypeError('bad value "092199999002"'), { code: 'E_X' }) }, 'failed');
    expect(lines[0]).toMatchObject({ errorName: 'TypeError', errorCode: 'E_X' });
    expect((lines[0]?.['frames'] as string[]).length).toBeGreaterThan(0);
    expect(JSON.stringify(lines)).not.toContain('092199999002');
  });

  it('cannot be forged by a line break', () => {
    const { lines, stream } = collect();
    createLogger({ level: 'info', stream }).info({ code: 'a\nb\u001b[31m' }, 'event');
    expect(lines[0]?.['code']).toBe('a·b·[31m');
  });

  it('below the level is not written', () => {
    const { lines, stream } = collect();
    const logger = createLogger({ level: 'warn', stream });
    logger.info({}, 'no');
    expect(logger.enabled('info')).toBe(false);
    expect(lines).toEqual([]);
  });
});

describe('the gateway’s log', () => {
  it('names each call by its route and id, and holds nothing personal of what was sent', async () => {
    const { lines, stream } = collect();
    const ledger = memoryLedger();
    gateway = await gatewayWith({ ledger, logger: createLogger({ level: 'debug', stream }), config: testConfig({ logging: { level: 'debug', requests: 'all' } }) });
    const { app } = gateway;
    const send = (payload: string) => app.inject({ method: 'POST', url: '/v1/dossiers', headers: { 'content-type': 'application/json', 'x-request-id': 'call-0001' }, payload });
    await send(JSON.stringify(dossier()));
    await send(JSON.stringify({ ...dossier(), status: 'Nguyễn' }));
    await app.inject('/v1/dossiers/H99.14-250701-0001?cccd=092199999002');
    await app.inject('/v1/exchanges?dossier=092199999002');
    ledger.fail(new Error('092199999002'));
    await send(JSON.stringify(dossier(2)));
    const text = JSON.stringify(lines);
    expect(text).not.toMatch(/092199999002|Nguy|0900000001|example\.vn/);
    expect(lines.filter((l) => l['event'] === 'request').map((l) => [l['route'], l['status']])).toEqual([
      ['/v1/dossiers', 202], ['/v1/dossiers', 422], ['/v1/dossiers/:code', 200], ['/v1/exchanges', 200], ['/v1/dossiers', 500],
    ]);
    expect(lines.every((l) => typeof l['requestId'] === 'string')).toBe(true);
    expect(lines.filter((l) => l['requestId'] === 'call-0001').length).toBeGreaterThanOrEqual(4);
  });
});
