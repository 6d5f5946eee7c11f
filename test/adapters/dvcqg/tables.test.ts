import { describe, expect, it } from 'vitest';
import { dvcqg, LOST_REPLIES, STATUS_SYNC_DECISION, STEP_DECISIONS } from '../../../adapters/dvcqg/adapter.ts';
import * as codes from '../../../adapters/dvcqg/codes.ts';
import { fixtures } from '../../../adapters/dvcqg/fixtures.ts';
import { configure, DEFAULT_STATUS_MAP, statusTarget } from '../../../adapters/dvcqg/config.ts';
import { UNDECIDED_STEP } from '../../../adapters/dvcqg/lost-replies.ts';
import { operations } from '../../../adapters/dvcqg/operations.ts';
import { SERVICE_ENDPOINTS, SERVICE_NAMES } from '../../../adapters/dvcqg/services.ts';
import type { RemoteState } from '../../../src/adapter/types.ts';
import { errorEntry } from '../../../src/contract/errors/catalogue.ts';
import { dvcqgErrors } from '../../../src/contract/errors/dvcqg.ts';
import { isValidationError } from '../../../src/contract/validate.ts';
import { DOSSIER_STATUSES, type DossierStatus, type HistoryEntry } from '../../../src/model/canonical.ts';
import type { CodeTable } from '../../../src/model/code-table.ts';
import { config, context, dossier, rawConfig } from './fixtures.ts';

/** Words and codes are held against a second listing by the conformance suite; here is what it does not ask. */
const TABLES: CodeTable[] = [
  codes.STATUS_TABLE, codes.CHANNEL_TABLE, codes.RETURN_TABLE, codes.PARTY_TABLE, codes.IDENTITY_TABLE, codes.FILING_TABLE, codes.TIMING_TABLE, codes.FEE_TABLE, codes.DIGITIZATION_TABLE,
  codes.ONLINE_PAYMENT_TABLE,
];

describe('code tables', () => {
  it('are all held against a second listing', () => expect(fixtures.tables?.length).toBe(TABLES.length));
  it.each(TABLES.map((t) => [t.id, t] as const))('%s decodes what it encodes, and every row has a source with its confidence', (_id, table) => {
    for (const row of table.rows()) {
      expect(row.source).toMatch(/\[[ABC]\]/);
      if (row.direction === undefined) expect(table.decode(row.wire)).toBe(row.canonical);
      if (row.direction !== 'encode' && row.direction !== 'decode') expect(row.meaning?.vi && row.meaning.en).toBeTruthy();
    }
  });
  it('maps the promotion status of every national code, and never to 11', () => {
    expect(Object.keys(codes.PROMOTION_STATUS).sort()).toEqual([...codes.NATIONAL_STATUSES].sort());
    for (const code of Object.values(codes.PROMOTION_STATUS)) expect(codes.NATIONAL_STATUSES).toContain(code);
  });
  it('knows the endpoint of every service', () => expect(SERVICE_NAMES.map((n) => SERVICE_ENDPOINTS[n]).every((e) => e === 'share' || e === 'integration')).toBe(true));
});

const issuesOf = (raw: unknown): string[] => {
  try {
    configure(raw);
    return [];
  } catch (error) {
    if (!isValidationError(error)) throw error;
    return error.issues.map((i) => `${i.code} ${i.pointer}`);
  }
};

describe('the status map', () => {
  it('is total by default: drafts skipped, unknowns held, the rest as the portal numbers them', () => {
    expect(DOSSIER_STATUSES.map((s) => DEFAULT_STATUS_MAP[s])).toEqual(['skip', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', 'hold']);
  });
  it('must be total when given', () => {
    const { STOPPED: _gone, ...without } = DEFAULT_STATUS_MAP;
    expect(issuesOf({ ...rawConfig, statusMap: without })).toEqual(['LT-DVCQG-STATUS-MAP /statusMap']);
  });
  it.each(['', '0', '11', '01', 'done'])('refuses %j', (target) => {
    expect(issuesOf({ ...rawConfig, statusMap: { ...DEFAULT_STATUS_MAP, STOPPED: target } })).toEqual(['LT-DVCQG-STATUS-MAP /statusMap/STOPPED']);
  });
  it.each(['NONSENSE', 'STOPPED/', 'stopped', '__proto__/x'])('refuses the key %j', (key) => {
    expect(issuesOf({ ...rawConfig, statusMap: { ...DEFAULT_STATUS_MAP, [key]: '4' } })).toEqual([`LT-DVCQG-STATUS-MAP /statusMap/${key.replace('/', '~1')}`]);
  });
  it('looks at the sub-status first', () => {
    const cfg = config({ statusMap: { ...DEFAULT_STATUS_MAP, 'PROCESSING/waiting': '5' } });
    expect([undefined, 'waiting', 'other'].map((sub) => statusTarget(cfg, 'PROCESSING', sub))).toEqual(['4', '5', '4']);
    expect(statusTarget(cfg, 'constructor', undefined)).toBeUndefined();
    expect(statusTarget(cfg, '__proto__', undefined)).toBeUndefined();
  });
});

describe('configuration', () => {
  it('tells everything at once', () => {
    expect(issuesOf({ mode: 'sideways', agencyCode: 'H', colour: 'red', readTimeoutMs: 'soon' })).toEqual(expect.arrayContaining([
      'LT-CONFIG-REQUIRED /baseUrl', 'LT-CONFIG-UNKNOWN-KEY /colour', 'LT-CONFIG-VALUE /mode', 'LT-CONFIG-VALUE /agencyCode', 'LT-CONFIG-VALUE /readTimeoutMs',
    ]));
  });
  it('needs an account to connect directly, and none for a façade', () => {
    const { username: _u, password: _p, ...anonymous } = rawConfig;
    expect(issuesOf(anonymous)).toEqual(['LT-CONFIG-REQUIRED /username', 'LT-CONFIG-REQUIRED /password']);
    expect(issuesOf({ ...anonymous, mode: 'facade' })).toEqual([]);
  });
  it.each([null, 'x', [], 5])('refuses %j', (raw) => expect(issuesOf(raw).length).toBeGreaterThan(0));
});

describe('lost replies', () => {
  const complete = (why: { vi: string; en: string }): boolean => why.vi.length > 20 && why.en.length > 20 && why.vi !== why.en;
  it('decides every national code, with a reason in both languages', () => {
    expect(Object.keys(STEP_DECISIONS).sort()).toEqual([...codes.NATIONAL_STATUSES].sort());
    for (const decision of [...Object.values(STEP_DECISIONS), UNDECIDED_STEP, STATUS_SYNC_DECISION]) expect(complete(decision.why)).toBe(true);
  });
  it('never repeats a supplement request, and repeats once what ends the clock', () => {
    expect(Object.fromEntries(Object.entries(STEP_DECISIONS).map(([code, d]) => [code, d.then]))).toEqual({
      '1': 'never-resend', '2': 'never-resend', '3': 'resend-once', '4': 'never-resend', '5': 'never-resend', '6': 'never-resend',
      '7': 'resend-once', '8': 'resend-once', '9': 'resend-once', '10': 'resend-once',
    });
  });
  it('follows the map, not the word', () => {
    const cfg = config({ statusMap: { ...DEFAULT_STATUS_MAP, STOPPED: '5', 'PROCESSING/x': '9', PAYMENT_REQUIRED: 'hold' } });
    const of = (status: DossierStatus, subStatus?: string) =>
      operations.appendProgress.lostReply?.({ dossierCode: 'A', entry: { at: '2025-07-01T00:00:00Z', action: 'x', status, ...(subStatus === undefined ? {} : { subStatus }) } satisfies HistoryEntry }, { config: cfg });
    expect([of('STOPPED'), of('PROCESSING', 'x'), of('PROCESSING'), of('PAYMENT_REQUIRED'), of('DRAFT')]).toEqual([STEP_DECISIONS['5'], STEP_DECISIONS['9'], STEP_DECISIONS['4'], UNDECIDED_STEP, UNDECIDED_STEP]);
  });
  it('reasons about every operation of the adapter', () => {
    expect(Object.keys(LOST_REPLIES).sort()).toEqual(Object.keys(operations).sort());
    for (const [id, entry] of Object.entries(LOST_REPLIES)) {
      const op = dvcqg.operations[id as keyof typeof operations];
      expect(entry.why.vi && entry.why.en, id).toBeTruthy();
      expect(entry.how === 'read-again', id).toBe(op.access === 'read');
      expect(entry.how === 'probe', id).toBe(op.probe !== undefined);
    }
  });
});

describe('the probe of a lost snapshot', () => {
  type Run = Parameters<typeof context>[2];
  const found = (value: unknown): Run => (async () => ({ kind: 'done', value })) as unknown as Run;
  const probe = (remote: RemoteState, run: Run) => operations.syncDossier.probe?.(dossier(), context(config(), remote, run));
  it.each([
    // It may have been there before us, with other data under the same status.
    ['a lost create that is there: goes again as an update', {}, { exists: true }, { exists: true }],
    ['a lost create that is there with our status: the same', {}, { exists: true, status: '10' }, { exists: true }],
    ['a lost create that is absent: goes again as it was', {}, { exists: false }, undefined],
    ['a lost update: a full snapshot goes again', { exists: true }, { exists: true, status: '10' }, { exists: true }],
  ])('%s', async (_what, remote, value, learned) => expect(await probe(remote, found(value))).toEqual({ kind: 'not-applied', ...(learned === undefined ? {} : { remote: learned }) }));
  it('does not guess when it cannot ask', async () => {
    const issue = { code: 'LT-DVCQG-LOOKUP-UNCLEAR', message: { vi: '', en: '' } };
    expect(await probe({}, (async () => ({ kind: 'unknown', issue })) as unknown as Run)).toEqual({ kind: 'unknown', issue });
    expect(await probe({}, (async () => ({ kind: 'rejected', issues: [{ ...issue, code: 'LT-DVCQG-HTTP' }] })) as unknown as Run)).toMatchObject({ kind: 'unknown' });
  });
  it('sends again where the façade has no look-up: a doubled create is refused as existing', async () => {
    expect(await probe({}, (async () => ({ kind: 'rejected', issues: [{ code: 'LT-DVCQG-NOT-OFFERED', message: { vi: '', en: '' } }] })) as unknown as Run)).toEqual({ kind: 'not-applied' });
  });
  it('asks about this dossier', async () => {
    const asked: unknown[] = [];
    await probe({}, (async (_op: unknown, inputs: unknown[]) => { asked.push(...inputs); return { kind: 'done', value: { exists: false } }; }) as unknown as Run);
    expect(asked).toEqual([{ code: 'H92.14-250701-0042' }]);
  });
});

describe('errors of this adapter', () => {
  it('are in the catalogue, each once', () => {
    expect(new Set(dvcqgErrors.map((e) => e.code)).size).toBe(dvcqgErrors.length);
    for (const entry of dvcqgErrors) expect(errorEntry(entry.code)).toBe(entry);
  });
});
