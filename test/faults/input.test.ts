import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importLines, type ImportSummary, type ResultLine } from '../../src/cli/ndjson-client.ts';
import { waitFor } from '../../src/testing/index.ts';
import { configFile, endEverything, freshFolder, serveGateway, type GatewayProcess } from '../support/process.ts';
import { codeOf, drained, earlierVersion, exchangesOf, exportLines, findings, inLedger, judge, NO_FINDINGS, openExchanges, sceneConfig, seedOf, startPortal, summaryOf, type Portal } from './scene.ts';

const MEGABYTE = 1024 * 1024;
const HUGE = 50 * MEGABYTE;
const PERSON = 'Nguyễn Thị Bí Mật';

let portal: Portal;
let folder: string;
let gateway: GatewayProcess;
beforeEach(async () => {
  portal = await startPortal(seedOf('input').seed, {}, { keepPayloads: true });
  folder = freshFolder();
  gateway = await serveGateway(configFile(folder, sceneConfig({ folder, portal })));
});
afterEach(async () => {
  endEverything();
  await portal.close();
});

type Fields = Record<string, unknown>;
const change = (line: string, fields: Fields): string => JSON.stringify({ ...(JSON.parse(line) as Fields), ...fields });
const ended = (line: string): string => `${line}\n`;
const statuses = (results: readonly ResultLine[]): string[] => results.map((r) => `${r.status ?? ''}${r.code === undefined ? '' : ` ${r.code}`}`);
const faults = (result: ResultLine | undefined): string[] => (result?.issues ?? []).map((i) => `${i.code} ${i.pointer ?? ''}`).sort();

async function send(chunks: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>, source = 'opencps'): Promise<{ results: ResultLine[]; summary: ImportSummary | undefined }> {
  const results: ResultLine[] = [];
  let summary: ImportSummary | undefined;
  for await (const result of importLines({ url: gateway.url }, source, chunks)) {
    if (result.summary === undefined) results.push(result);
    else summary = result.summary;
  }
  return { results, summary };
}
interface Held { id: number; line: number | null; via: string; issues: { code: string; pointer?: string; message: { vi: string; en: string } }[] }
async function quarantine(): Promise<{ items: Held[]; text: string }> {
  const text = await (await fetch(`${gateway.url}/v1/quarantine?limit=500`)).text();
  return { items: (JSON.parse(text) as { items: Held[] }).items, text };
}

describe('a file full of faults', () => {
  it('is read to its end: each bad line with all its errors into quarantine, each good one to the portal', { timeout: 60_000 }, async () => {
    const good = exportLines(60);
    const base = good[0] ?? '';
    const at = (i: number): string => good[i] ?? '';
    function* hugeLine(): Generator<string> {
      yield '{"dossierNo":"';
      const piece = 'x'.repeat(MEGABYTE);
      for (let sent = 0; sent < HUGE; sent += MEGABYTE) yield piece;
      yield '"}\n';
    }
    const bad: [what: string, line: string | Uint8Array | (() => Iterable<string>)][] = [
      ['wrong types', change(base, { dossierNo: { a: 1 }, applicantName: [PERSON], actions: 'none', dossierFiles: 7, submitDate: true, serviceCode: 12 })],
      ['impossible dates', change(base, { dossierNo: 'H13.01-250701-9001', submitDate: '32/13/2025 25:61:00', receiveDate: '29/02/2025 08:00:00', dueDate: '2025-07-01T99:00:00' })],
      ['nothing that is needed', change(base, { dossierNo: '', serviceCode: null, govAgencyCode: undefined, applicantName: '', domainCode: '' })],
      ['not an object', '[1,2,3]'],
      ['null', 'null'],
      ['not JSON', `{"applicantName": ${PERSON}}`],
      ['twice the same field', `{"dossierNo":"a","dossierNo":"b"}`],
      ['a poisonous field', '{"__proto__":{"admin":true}}'],
      ['too deep', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
      ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d, 0x20])],
      ['50 MB in one line', hugeLine],
    ];
    function* file(): Generator<string | Uint8Array> {
      yield '\ufeff';
      for (const [i, line] of good.entries()) {
        yield i % 2 === 0 ? ended(line) : `${line}\r\n`;
        if (i % 10 === 5) yield '\n';
        const [, poison] = i % 5 === 0 ? (bad[i / 5] ?? []) : [];
        if (typeof poison === 'function') yield* poison();
        else if (poison !== undefined) yield Buffer.concat([Buffer.from(poison as string), Buffer.from('\n')]);
      }
      yield at(0).slice(0, 700);
    }
    const { results, summary } = await send(file());
    expect(summary).toEqual({ lines: 60 + bad.length + 1, accepted: 60, quarantined: bad.length + 1, complete: true });

    const held = results.filter((r) => r.status === 'quarantined');
    expect(Object.fromEntries([...bad.map(([what]) => what), 'cut in mid-line'].map((what, i) => [what, faults(held[i])]))).toMatchInlineSnapshot(`
      {
        "50 MB in one line": [
          "LT-INPUT-TOO-LARGE ",
        ],
        "a poisonous field": [
          "LT-INPUT-FORBIDDEN-FIELD /__proto__",
        ],
        "cut in mid-line": [
          "LT-INPUT-TRUNCATED ",
        ],
        "impossible dates": [
          "LT-OPENCPS-DATE /dueDate",
          "LT-OPENCPS-DATE /receiveDate",
          "LT-OPENCPS-DATE /submitDate",
        ],
        "not JSON": [
          "LT-INPUT-NOT-JSON ",
        ],
        "not UTF-8": [
          "LT-INPUT-NOT-JSON ",
        ],
        "not an object": [
          "LT-OPENCPS-NOT-A-RECORD ",
        ],
        "nothing that is needed": [
          "LT-OPENCPS-MISSING /applicantName",
          "LT-OPENCPS-MISSING /govAgencyCode",
          "LT-OPENCPS-MISSING /serviceCode",
          "LT-OPENCPS-NO-NUMBER /dossierNo",
          "LT-OPENCPS-NO-SECTOR /domainCode",
        ],
        "null": [
          "LT-OPENCPS-NOT-A-RECORD ",
        ],
        "too deep": [
          "LT-INPUT-TOO-DEEP ",
        ],
        "twice the same field": [
          "LT-INPUT-DUPLICATE-FIELD /dossierNo",
        ],
        "wrong types": [
          "LT-INPUT-TYPE /actions",
          "LT-INPUT-TYPE /applicantName",
          "LT-INPUT-TYPE /dossierFiles",
          "LT-INPUT-TYPE /dossierNo",
          "LT-INPUT-TYPE /submitDate",
          "LT-OPENCPS-MISSING /applicantName",
          "LT-OPENCPS-NO-NUMBER /dossierNo",
        ],
      }
    `);
    for (const result of held) for (const issue of result.issues ?? []) expect([issue.message.vi.length > 0, issue.message.en.length > 0]).toEqual([true, true]);

    // The list tells a person what was wrong and where, and nothing of whom it was about.
    const { items, text } = await quarantine();
    expect(items.map((item) => [item.id, item.line])).toEqual(held.map((r) => [r.quarantineId, r.line]));
    expect(items.map((item) => item.issues.map((i) => i.code))).toEqual(held.map((r) => (r.issues ?? []).map((i) => i.code)));
    expect(text).not.toContain('Bí Mật');
    expect(await summaryOf(gateway.url)).toMatchObject({ dossiers: 60, events: 60, quarantined: bad.length + 1 });

    await drained(gateway.url, 20_000);
    // Only Linux tells the peak of another process.
    const status = `/proc/${String(gateway.child.pid)}/status`;
    const peak = existsSync(status) ? Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(status, 'utf8'))?.[1]) : 0;
    expect(peak * 1024, 'a line of 50 MB is not held in memory').toBeLessThan(350 * MEGABYTE);
    expect((await gateway.stop()).code, gateway.stderr()).toBe(0);
    const exchanges = await inLedger(folder, exchangesOf);
    expect(findings(judge({ portal, lines: good, exchanges, evidence: 'host' }))).toEqual(NO_FINDINGS);
    expect(new Set(exchanges.map((e) => e.state))).toEqual(new Set(['done']));
  });

  it('takes duplicate, late, decomposed and unknown input for what it is', { timeout: 60_000 }, async () => {
    const [one = '', two = '', three = '', four = ''] = exportLines(40).filter((line) => earlierVersion(line, 1) !== undefined);
    const name = 'Đỗ Thị Hồng Nhường';
    const decomposed = change(two, { applicantName: name.normalize('NFD'), contactName: name.normalize('NFD'), dossierNote: 'Ghi chú đã tách dấu'.normalize('NFD') });
    expect(decomposed).not.toBe(decomposed.normalize('NFC'));
    const word = 'trang-thai-la-cua-phan-mem-moi';
    const { results, summary } = await send([
      one,
      one, // the same line again
      earlierVersion(one, 1) ?? '', // an older state that comes late
      decomposed,
      decomposed.normalize('NFC'), // the same change in the other spelling
      change(three, { dossierStatus: word }),
      four,
    ].map(ended));
    expect(statuses(results)).toEqual(['accepted', 'duplicate', 'stale', 'accepted', 'duplicate', 'accepted', 'accepted']);
    expect(summary).toEqual({ lines: 7, accepted: 4, duplicate: 2, stale: 1, complete: true });
    expect((results[5] as { warnings?: { code: string; pointer: string }[] }).warnings).toEqual(expect.arrayContaining([expect.objectContaining({ code: 'LT-OPENCPS-STATUS-UNMAPPED', pointer: '/dossierStatus' })]));

    // The dossier with the word that nobody knows waits for a person; nothing is invented for it, and nobody else waits for it.
    const unknown = codeOf(three);
    const held = await waitFor(async () => {
      const { items } = (await (await fetch(`${gateway.url}/v1/exchanges?dossier=${unknown}`)).json()) as { items: { operation: string; state: string; code: string; title?: { vi: string } }[] };
      const current = await summaryOf(gateway.url);
      const waiting = items.filter((e) => e.state === 'pending').length;
      return waiting > 0 && openExchanges(current) === waiting && items;
    }, { timeoutMs: 15_000, describe: 'everything but one dossier to be settled' });
    expect(held[0]).toMatchObject({ operation: 'syncDossier', state: 'rejected', title: { vi: expect.any(String), en: expect.any(String) } });
    expect(held.slice(1).map((e) => e.state)).toEqual(held.slice(1).map(() => 'pending'));
    expect(portal.simulator.dossier(unknown)).toBeUndefined();

    // The late, older state moved nothing back, neither here nor there.
    const timeline = (await (await fetch(`${gateway.url}/v1/dossiers/${codeOf(one)}`)).json()) as { version: number; dossier: { status: string }; events: { stale: boolean }[] };
    expect(timeline).toMatchObject({ version: 1, dossier: { status: 'RETURNED' }, events: [{ stale: false }, { stale: true }] });
    expect(portal.simulator.dossier(codeOf(one))).toMatchObject({ status: '10', creates: 1, updates: 0 });
    expect(portal.simulator.dossier(codeOf(two))?.snapshot).toMatchObject({ ChuHoSo: name });
    expect(portal.simulator.summary()).toMatchObject({ dossiers: 3, doubledSteps: 0 });

    // What a person was needed for goes on by itself once the province sends the right word.
    const mended = JSON.parse(three) as { modifiedDate: number };
    expect(statuses((await send([ended(change(three, { modifiedDate: mended.modifiedDate + 60_000 }))])).results)).toEqual(['accepted']);
    expect(await drained(gateway.url, 15_000)).toMatchObject({ dossiers: 4, events: 6, quarantined: 0, doubts: 0 });
    expect((await gateway.stop()).code, gateway.stderr()).toBe(0);
    const exchanges = await inLedger(folder, exchangesOf);
    expect(findings(judge({ portal, lines: [one, decomposed, three, four], exchanges, evidence: 'host' }))).toEqual(NO_FINDINGS);
  });

  it('is refused at the door of the single route too, with every error at once', async () => {
    const post = async (body: string | Uint8Array | ReadableStream, query = ''): Promise<{ status: number; problem: { code: string; title?: unknown; quarantineId?: number; issues?: { code: string; pointer: string }[] } }> => {
      const response = await fetch(`${gateway.url}/v1/dossiers${query}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body, duplex: 'half' } as RequestInit);
      return { status: response.status, problem: (await response.json()) as never };
    };
    const wrong = await post(JSON.stringify({ schemaVersion: '1', code: 7, status: 'WHATEVER', channel: 'PIGEON', dates: { submittedAt: '2025-02-30T00:00:00Z' }, extra: 1 }));
    expect(wrong.status).toBe(422);
    expect(wrong.problem.issues?.map((i) => i.pointer)).toEqual(expect.arrayContaining(['/code', '/status', '/channel', '/dates/submittedAt', '/extra', '/applicant', '/procedure']));
    expect((await post(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)).problem.code).toBe('LT-INPUT-TOO-DEEP');
    expect((await post('{"code":"H13.01-250701-0001",')).problem.code).toBe('LT-INPUT-TRUNCATED');
    const piece = Buffer.alloc(MEGABYTE, 'x');
    let sent = 0;
    const huge = await post(new ReadableStream({
      pull(controller) {
        if (sent >= HUGE) return controller.close();
        sent += piece.length;
        controller.enqueue(piece);
      },
    })).catch((error: unknown) => error);
    // Either the answer arrives or the line is cut under a sender that goes on sending: both end it long before 50 MB are read.
    if (!(huge instanceof Error)) expect(huge).toMatchObject({ status: 413, problem: { code: 'LT-INPUT-TOO-LARGE' } });
    expect(sent).toBeLessThan(HUGE);
    const declared = await post(Buffer.alloc(HUGE, 0x20)).catch((error: unknown) => error);
    if (!(declared instanceof Error)) expect(declared).toMatchObject({ status: 413, problem: { code: 'LT-INPUT-TOO-LARGE' } });
    expect(await summaryOf(gateway.url)).toMatchObject({ dossiers: 0, events: 0, quarantined: 5 });
    expect((await quarantine()).items).toHaveLength(5);
  });
});
