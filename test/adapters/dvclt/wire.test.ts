/** The two lines: who calls is shown to each in its own way, content of files takes the place of their addresses, and each module has its path. */
import { describe, expect, it } from 'vitest';
import { encodeStatus } from '../../../adapters/dvclt/encode-status.ts';
import { eventsOf } from '../../../adapters/dvclt/events.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { received, registered, said } from './dossiers.ts';
import { bodyOf as textOf, httpLoopback } from '../../support/loopback.ts';
import { config, FILES, PDF } from './fixtures.ts';
import { world, type World } from './world.ts';

/** The dossier with its file in the desk of this world. */
async function withFiles(w: World, dossier: Dossier): Promise<Dossier> {
  for (const file of FILES) await w.deps.keepFile(Buffer.from(file.duLieuTepDinhKem, 'base64'), 'application/pdf');
  return dossier;
}
const bodyOf = (w: World, end: string): Record<string, unknown> => JSON.parse(w.of('POST', end).at(-1)?.body ?? 'null') as Record<string, unknown>;

describe('files', () => {
  it('go out as content in K5, those that are cancelled not', async () => {
    await using w = await world();
    const dossier = await withFiles(w, said(await received(), 'ACCEPTED', '08:30:00'));
    expect((await w.connection.run('pushCivilStatus', dossier as never)).kind).toBe('done');
    expect(bodyOf(w, '/nhanHoSoDKHT')['fileDinhKem']).toEqual([{ ...FILES[0] }]);
  });
  it('go out as content in the text of K7, and a citizen’s words that look like an address do not', async () => {
    await using w = await world();
    const address = await w.deps.keepFile(Buffer.from(PDF, 'base64'), 'application/pdf');
    const done = await registered();
    const event = eventsOf(done).find(({ status }) => status === 4) as NonNullable<ReturnType<typeof eventsOf>[number]>;
    const civilStatus = done.civilStatus as NonNullable<Dossier['civilStatus']>;
    const input = { ...done, civilStatus: { ...civilStatus, result: { ...civilStatus.result, facts: { ...civilStatus.result?.facts, child: { name: address } }, file: { name: 'a', url: address } } }, event };
    expect((await w.connection.run('reportStatus', input as never)).kind).toBe('done');
    expect(JSON.parse(bodyOf(w, 'DVCLTHoTich')['ketQuaXuLy'] as string)).toMatchObject({ giayKhaiSinh: PDF, nksHoTen: address });
    // What the ledger keeps of the message has the address.
    expect(encodeStatus(input, config()).ketQuaXuLy).not.toContain(PDF);
  });
  it.each([['that are gone', {}, 'LT-UPSTREAM-FILE-UNREADABLE'], ['that are too large together', { maxTotalBytes: 1024, maxFileBytes: 1024 }, 'LT-UPSTREAM-FILES-TOO-LARGE']])('%s send nothing', async (_name, more, code) => {
    await using w = await world(more);
    const accepted = said(await received(), 'ACCEPTED', '08:30:00');
    const dossier = { ...accepted, components: [{ name: 'a', files: [{ name: 'a.pdf', url: `data:;base64,${PDF}` }, { name: 'b.pdf', url: code === 'LT-UPSTREAM-FILE-UNREADABLE' ? `lienthong-file:${'0'.repeat(64)}` : await w.deps.keepFile(Buffer.alloc(2000), 'x/y') }] }] };
    const outcome = await w.connection.run('pushCivilStatus', dossier as never);
    expect(outcome).toMatchObject({ kind: 'rejected', issues: [{ code }] });
    expect(w.of('POST', '')).toEqual([]);
  });
});

describe('paths and keys', () => {
  it.each([['BS', 'COPY', '/hotich/1.0/dangKyHoTich'], ['LTKH', 'MARRIAGE', '/apiLienThongKSKT/1.0/nhanHoSoDKHT']])('%s goes to its path', async (module, kind, path) => {
    await using w = await world();
    const dossier = { ...said(await received(), 'ACCEPTED', '08:30:00'), components: [], civilStatus: { kind, registrationPlace: '99001' } };
    await w.connection.run('pushCivilStatus', dossier as never);
    expect(bodyOf(w, path)).toMatchObject({ module });
  });
  it('DVCLT is logged in to once for many calls (K1), the civil-status system gets its own header', async () => {
    const logins: string[] = [];
    await using tokens = await httpLoopback((request, response) => {
      void textOf(request).then((body) => {
        logins.push(body);
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token: `t${logins.length}`, expiration: '2025-01-10T02:00:00Z' }));
      });
    });
    const partner = { kind: 'lgspaccesstoken', accessKey: 'a', secretKey: 's', appName: 'n', partnerCode: 'H99.14' };
    await using w = await world({ gateway: { kind: 'password', tokenUrl: `${tokens.url}/token`, user: 'u', password: 'p', fields: 'SecretId/SecretPass' }, civilStatus: { gateway: partner } });
    await w.connection.run('listDossiers', {} as never);
    await w.connection.run('readDossier', { id: '77' } as never);
    await w.connection.run('readResults', { codes: ['a'], module: 'LTKS' } as never);
    expect(logins.map((one) => JSON.parse(one))).toEqual([{ SecretId: 'u', SecretPass: 'p' }]);
    expect(w.asked.map(({ headers }) => [headers['authorization'], typeof headers['lgspaccesstoken']])).toEqual([['Bearer t1', 'undefined'], ['Bearer t1', 'undefined'], [undefined, 'string']]);
  });
});
