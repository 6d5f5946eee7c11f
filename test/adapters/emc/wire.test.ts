/** What really goes over the line, byte by byte, and how answers are understood. */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { emc } from '../../../adapters/emc/adapter.ts';
import { classify } from '../../../adapters/emc/classify.ts';
import { decode } from '../../../adapters/emc/decode.ts';
import { encode, type TrackingInput } from '../../../adapters/emc/encode.ts';
import type { TrackingRequest } from '../../../adapters/emc/contract.ts';
import { EMC_STATES } from '../../../adapters/emc/codes.ts';
import { bodyOf } from '../../../adapters/emc/wire.ts';
import { connect } from '../../../src/index.ts';
import { answered, contractOf, fixturesOf } from '../../../src/testing/index.ts';
import { arbitraryDossier } from '../../../src/testing/suite/dossiers.ts';
import { bodyOf as received, httpLoopback, type Loopback } from '../../support/loopback.ts';
import { config, emcDossier } from './fixtures.ts';

const open: Loopback[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((one) => one[Symbol.asyncDispose]()))));

const HOSTILE = 'Cấp & đổi = 100% "giấy" \'phép\' + #1; a=b&status=3\r\n<x>'.normalize('NFD');

/** The request as a server sees it. */
async function sent(more: Record<string, unknown>, input: TrackingInput): Promise<{ headers: Record<string, unknown>; body: string; path: string | undefined; outcome: unknown }> {
  let seen: { headers: Record<string, unknown>; body: string; path: string | undefined } | undefined;
  const server = await httpLoopback((request, response) => void (async () => {
    seen = { headers: request.headers, body: await received(request), path: request.url };
    response.writeHead(204).end();
  })());
  open.push(server);
  const connection = connect(emc, { siteId: 4711, ...more, baseUrl: server.url });
  try {
    const outcome = await connection.run('trackDossier', input);
    if (seen === undefined) throw new Error('nothing was sent');
    return { ...seen, outcome };
  } finally {
    await connection.close();
  }
}

describe('on the line', () => {
  const input = { ...emcDossier({ procedure: { ...emcDossier().procedure, name: HOSTILE } }), emcState: 'PROCESSING' as const };
  it('a form is percent-encoded: hostile names arrive whole, composed, and add no field', async () => {
    const { headers, body, path } = await sent({}, input);
    expect([path, headers['content-type'], headers['charset']]).toEqual(['/TrackingMCDT', 'application/x-www-form-urlencoded', 'utf-8']);
    expect(body).toMatch(/^[A-Za-z0-9*._=&%+-]+$/);
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      codeProfile: 'H99.14-250701-0042', codeTTHC: '1.004227', nameTTHC: HOSTILE.normalize('NFC'), status: '2', formsReception: '1', formsPayments: '1', level: '4', isFromDVCQG: '1', isDVCBC: '1', siteId: '4711', data: '',
    });
    expect(body).not.toContain('099199000001');
  });
  it('JSON has the site as a number, data and user as null', async () => {
    const { headers, body } = await sent({ encoding: 'json' }, input);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(JSON.parse(body)).toMatchObject({ siteId: 4711, data: null, user: null, nameTTHC: HOSTILE.normalize('NFC'), status: '2' });
  });
  it('configured headers and path go with it', async () => {
    const { headers, path } = await sent({ headers: { 'x-khoa': 'bi-mat-mau' }, path: '/v2/TrackingMCDT' }, input);
    expect([headers['x-khoa'], path]).toEqual(['bi-mat-mau', '/v2/TrackingMCDT']);
  });
  it('without a state the dossier’s latest is reported', async () => {
    const { body } = await sent({}, emcDossier());
    expect(new URLSearchParams(body).get('status')).toBe('3');
  });
});

it('every payload comes back from the wire as it was, in both dialects (random dossiers)', () => {
  const contract = contractOf(emc);
  if (contract === undefined) throw new Error('EMC has a document');
  const text = fc.oneof(fc.string({ unit: 'grapheme', minLength: 1 }), fc.constantFrom(HOSTILE, '=', '&&', '%41', '+', 'Đ', 'ẵ'.normalize('NFD'), '"\\', '\u2028', '😀'));
  const settings = [config(), config({ encoding: 'json' }), config({ user: 'raw', userLocation: '99' }), config({ encoding: 'json', user: 'hash', userKey: 'khoa-bam-mau-khong-dung-that', userLocation: '99' })];
  fc.assert(fc.property(arbitraryDossier(fc), text, fc.constantFrom(...EMC_STATES), fc.constantFrom(...settings), (dossier, name, emcState, used) => {
    fc.pre(name.trim() !== '' && dossier.procedure.code.trim() !== '' && name.isWellFormed());
    const request = encode({ ...dossier, procedure: { ...dossier.procedure, name }, emcState }, used);
    const body = bodyOf(request);
    const isJson = used.encoding === 'json';
    const read = (isJson ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body))) as TrackingRequest;
    expect(read).toEqual(request);
    expect(decode(read)).toEqual(decode(request));
    expect(decode(read)).toMatchObject({ siteId: 4711, code: dossier.code, procedure: { name: name.normalize('NFC') }, state: emcState });
    // Recorded and read back, it makes the same call again; a hash alone cannot be made anew.
    const again = emc.readCall?.({ method: 'POST', path: '/TrackingMCDT', query: {}, body: isJson ? read : body }, used);
    if (used.user !== 'hash') expect(encode(again?.inputs[0] as TrackingInput, used)).toEqual(request);
    expect(contract.checkRequest({ method: 'POST', path: '/TrackingMCDT', headers: { 'content-type': isJson ? 'application/json' : 'application/x-www-form-urlencoded' }, body }).issues).toEqual([]);
  }), { seed: 6, numRuns: 300 });
});

it('a recorded call that is none of ours is not read', () => {
  const read = (more: object) => emc.readCall?.({ method: 'POST', path: '/TrackingMCDT', query: {}, body: {}, ...more }, config());
  expect([read({}), read({ body: 'a=b' }), read({ body: undefined }), read({ path: '/tracking' }), read({ method: 'GET' })]).toEqual([undefined, undefined, undefined, undefined, undefined]);
});

describe('answers by the settings', () => {
  const PAGE = answered('<html></html>', 200, { 'content-type': 'text/html' });
  const kind = (answer: Parameters<typeof classify>[0], more = {}): string => classify(answer, config(more)).kind;
  it('204 alone, where that is all that counts', () => {
    expect([kind(answered('', 204), { success: '204' }), kind(answered('', 200), { success: '204' }), kind(answered('', 200))]).toEqual(['accepted', 'unknown', 'accepted']);
  });
  it('a page is in doubt, unless EMC is known to answer with one', () => {
    expect([kind(PAGE), kind(PAGE, { pages: 'accept' }), kind(PAGE, { pages: 'accept', success: '204' })]).toEqual(['unknown', 'accepted', 'unknown']);
  });
  it('JSON is a success whatever it says: nothing is known of it', () => {
    expect(kind(answered({ success: false }, 200))).toBe('accepted');
  });
});

it('the fixtures know both dialects', async () => {
  expect(Object.keys((await fixturesOf('emc')).variants ?? {})).toContain('json');
});
