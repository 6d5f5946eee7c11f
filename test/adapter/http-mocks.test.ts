/** Apart from http.test.ts: nock puts itself in front of every socket of the process as soon as it is imported. */
import nock from 'nock';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { callOnce } from '../support/call-once.ts';

describe('users’ mocks', () => {
  afterEach(() => nock.cleanAll());
  afterAll(() => nock.restore());

  it('is intercepted by nock', async () => {
    nock('http://portal.example.vn').post('/mapi/g', { service: 'X' }).reply(200, { error_code: 0 });
    const result = await callOnce({ baseUrl: 'http://portal.example.vn' }, { method: 'POST', path: '/mapi/g', headers: { 'content-type': 'application/json' }, body: '{"service":"X"}' });
    expect(result).toMatchObject({ kind: 'response', status: 200, body: { error_code: 0 } });
  });

  it('keeps a refusal that nock plays apart from a lost reply', async () => {
    nock('http://portal.example.vn').post('/mapi/g').times(2).replyWithError(Object.assign(new Error('invented'), { code: 'ECONNREFUSED' }));
    expect(await callOnce({ baseUrl: 'http://portal.example.vn' }, { method: 'POST', path: '/mapi/g', body: '{}' })).toMatchObject({ kind: 'failure', sent: 'before', code: 'ECONNREFUSED' });
  });
});
