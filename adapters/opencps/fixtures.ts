/** The adapter's fixtures for the conformance suite: what is known of OpenCPS from elsewhere than the adapter's own code. */
import { answered, failed, type FixturesOf, type FlaggedRecord, type KnownAnswer, type KnownRecord, type RefusedRecord, type TableFixtures } from '../../src/adapter/fixtures.ts';
import { packageFile } from '../../src/contract/package-file.ts';
import type { opencps } from './adapter.ts';
import { channelOf, DEFAULT_STATUS_MAP, INPUT_PARTS, OUTPUT_PART, PAYMENT_STATES, PAYMENT_WAYS, POSTAL_STATES, SERVICE_LEVELS, sourceOf, type StatusMeaning } from './codes.ts';
import type { OpencpsConfig } from './config.ts';
import { action, record, type AnyRecord } from './fixtures/records.ts';
import { lookUp } from './history.ts';
import type { OpencpsSimulator } from './simulator.ts';

const TOKEN = 'ma-truy-cap-mau-0123456789';
const CONFIG = { baseUrl: 'http://127.0.0.1:9', token: TOKEN, groupId: '55301', sourceSystem: 'mot-cua-mau' };

const PAGE = '<html><body><form action="/c/portal/login"></form></body></html>';
const BUSY = 'retry LT-UPSTREAM-BUSY';
/** The same for every read: nothing is changed, so everything that did not come through is asked again. */
const FAILURES: readonly KnownAnswer[] = [
  { what: 'the token is refused', answer: answered({ description: 'authentication failed' }, 401), means: 'rejected LT-UPSTREAM-LOGIN-FAILED' },
  { what: 'no permission in this site', answer: answered({}, 403), means: 'rejected LT-UPSTREAM-LOGIN-FAILED' },
  { what: 'not found', answer: answered({}, 404), means: 'rejected LT-UPSTREAM-REFUSED' },
  { what: 'a bad query', answer: answered('', 400), means: 'rejected LT-UPSTREAM-REFUSED' },
  { what: 'too many requests', answer: answered('', 429, { 'retry-after': '12' }), means: BUSY, retryAfterMs: 12_000 },
  { what: 'maintenance', answer: answered(PAGE, 503, { 'retry-after': '60' }), means: BUSY, retryAfterMs: 60_000 },
  { what: 'broken', answer: answered(PAGE, 500), means: 'retry LT-UPSTREAM-SERVER-ERROR' },
  { what: 'a proxy without its server', answer: answered(PAGE, 502), means: 'retry LT-UPSTREAM-SERVER-ERROR' },
  { what: 'a redirect to the login page', answer: answered({}, 302), means: 'retry LT-UPSTREAM-RESPONSE-INVALID' },
  { what: 'the login page with 200', answer: answered(PAGE, 200), means: 'retry LT-UPSTREAM-RESPONSE-INVALID' },
  { what: 'nothing with 200', answer: answered('', 200), means: 'retry LT-UPSTREAM-RESPONSE-INVALID' },
  { what: 'unreachable', answer: failed('before', 'ECONNREFUSED'), means: 'retry LT-UPSTREAM-UNREACHABLE' },
  { what: 'no answer in time', answer: failed('after', 'READ_TIMEOUT'), means: 'retry LT-UPSTREAM-LOST-REPLY' },
];
const page = (items: unknown[], total: unknown = items.length): KnownAnswer['answer'] => answered({ total, data: items });

/** A part with fewer rows than it says that it has: half a progress must not pass for a whole one. */
const part = (list: 'actions' | 'dossierFiles' | 'payments', names: string) => ({
  inputs: [{ id: '4711' }], component: 'PartRequest',
  verbatim: [{ from: '/id', to: '/id', values: ['0004711'] }],
  refused: [{ what: 'an id that leads elsewhere', set: { '/id': '../users' }, code: 'LT-INPUT-PATTERN', pointer: '/id' }],
  answers: [
    { what: 'all of them', answer: page(record()[list] as AnyRecord[]), means: 'accepted' },
    { what: 'none', answer: page([]), means: 'accepted' },
    { what: 'fewer than it says', answer: page((record()[list] as AnyRecord[]).slice(0, 1), 99), means: 'rejected LT-UPSTREAM-RESPONSE-INVALID' },
    ...FAILURES,
  ],
  answered: (value: unknown[]): boolean => value.length === (names === '' ? 0 : (record()[list] as AnyRecord[]).length),
});

const meant = (meaning: StatusMeaning | undefined): string | undefined => (meaning === undefined ? undefined : meaning.status + (meaning.subStatus === undefined ? '' : `/${meaning.subStatus}`));
/** Fact sheet C.3, column "Canonical", a second time on purpose. */
const STATUSES: Readonly<Record<string, string>> = {
  new: 'SUBMITTED', receiving: 'SUBMITTED', collecting: 'ACCEPTED', handover: 'ACCEPTED', waiting: 'SUPPLEMENT_REQUIRED', processing: 'PROCESSING', interoperating: 'PROCESSING/INTEROP',
  correcting: 'PROCESSING/CORRECTING', cancelling: 'PROCESSING/WITHDRAWING', pausing: 'STOPPED/PAUSED', paying: 'PAYMENT_REQUIRED', releasing: 'RESOLVED', posting: 'RESOLVED/POSTING',
  done: 'RETURNED', denied: 'REJECTED', unresolved: 'STOPPED', cancelled: 'WITHDRAWN',
};
const isNumber = (code: string): boolean => /^-?\d$/.test(code);

const TABLES: readonly TableFixtures<OpencpsConfig>[] = [
  { name: 'dossierStatus', component: 'DossierStatus', decode: (word, config) => meant(lookUp(word, undefined, config)), reads: STATUSES },
  { name: 'paymentStatus', component: 'PaymentStatus', words: ['PENDING', 'PAID'], decode: (code) => (code === '0' ? undefined : PAYMENT_STATES.get(code)), reads: { 1: 'PENDING', 2: 'PENDING', 3: 'PENDING', 5: 'PAID' } },
  { name: 'viaPostal', component: 'ViaPostal', decode: (code) => POSTAL_STATES.get(code), reads: { 2: 'CHOSEN', 3: 'SENT', 4: 'RECEIVED' }, unread: ['0', '1'] },
  { name: 'originality', component: 'Originality', decode: (code) => (isNumber(code) ? sourceOf(Number(code), 'COUNTER', false) : undefined), reads: { 0: 'COUNTER', 1: 'COUNTER', 2: 'INTERCONNECTED', 3: 'COUNTER', 4: 'INTERCONNECTED', 9: 'COUNTER' } },
  { name: 'fromViaPostal', decode: (code) => (isNumber(code) ? channelOf(false, Number(code)) : undefined), reads: { 0: 'COUNTER', 1: 'COUNTER', 2: 'POSTAL', 3: 'POSTAL', 4: 'POSTAL' } },
  { name: 'dossierPartType', component: 'PartType', decode: (code) => (INPUT_PARTS.has(code) ? 'component' : code === OUTPUT_PART ? 'result' : undefined), reads: { 1: 'component', 2: 'result', 6: 'component' }, unread: ['3'] },
  { name: 'serviceLevel', words: ['INFO', 'PARTIAL', 'FULL'], decode: (code) => SERVICE_LEVELS.get(code), reads: { 1: 'INFO', 2: 'INFO', 3: 'PARTIAL', 4: 'FULL' } },
  {
    name: 'paymentMethod',
    decode: (word) => {
      const way = PAYMENT_WAYS.get(word);
      return way === undefined ? undefined : way.method + (way.platform === undefined ? '' : `/${way.platform}`);
    },
    reads: {
      keypay: 'ONLINE/PROVINCE', keypaylate: 'ONLINE/PROVINCE', viettelpay: 'ONLINE/PROVINCE', paygov: 'ONLINE/PROVINCE', keypaydvcqg: 'ONLINE/NATIONAL', payplatdvcqg: 'ONLINE/NATIONAL', paylater: 'OTHER',
      bank: 'TRANSFER', 'bank transfer': 'TRANSFER', 'chuyển khoản': 'TRANSFER', cash: 'CASH', 'tiền mặt': 'CASH',
    },
  },
];

/** One moment in every form that records have it in. */
const MOMENTS: readonly KnownRecord[] = ([
  ['epoch milliseconds', 1_751_302_800_000, '2025-06-30T17:00:00Z'],
  ['epoch milliseconds as text', '1751302800000', '2025-06-30T17:00:00Z'],
  ['dd/MM/yyyy HH:mm:ss, midnight in Vietnam', '01/07/2025 00:00:00', '2025-06-30T17:00:00Z'],
  ['dd/MM/yyyy HH:mm:ss, day before month', '02/01/2025 08:00:00', '2025-01-02T01:00:00Z'],
  ['yyyyMMddHHmmss', '20250701000000', '2025-06-30T17:00:00Z'],
  ['ISO 8601 with an offset', '2025-07-01T00:00:00+07:00', '2025-06-30T17:00:00Z'],
  ['the turn of a year', '31/12/2025 23:59:59', '2025-12-31T16:59:59Z'],
  ['a leap day', '29/02/2024 01:30:05', '2024-02-28T18:30:05Z'],
] as const).map(([what, given, at]) => ({ what, set: { '/submitDate': given }, gives: { '/dates/submittedAt': at } }));

const KNOWN: readonly KnownRecord[] = [
  ...MOMENTS,
  { what: 'as it is', set: {}, gives: {
    '/code': 'H13.101-250701-0007', '/sourceId': '4711', '/sourceSystem': 'mot-cua-mau', '/status': 'RETURNED', '/channel': 'ONLINE', '/procedure/code': '1.009906', '/procedure/level': 'FULL',
    '/agency/code': 'H13.101', '/dates/acceptedAt': '2025-07-01T01:15:00Z', '/dates/dueAt': '2025-07-09T10:00:00Z', '/dates/resolvedAt': '2025-07-04T03:00:00Z', '/dates/returnedAt': '2025-07-07T02:30:00Z',
    '/history/0/at': '2025-07-01T01:00:00Z', '/history/0/status': 'SUBMITTED', '/history/3/status': 'SUPPLEMENT_REQUIRED', '/history/6/id': '17', '/history/1/dueAt': '2025-07-09T10:00:00Z',
    '/supplements/0/requestedAt': '2025-07-02T02:00:00Z', '/supplements/0/completedAt': '2025-07-03T02:00:00Z', '/fees/0/amount': 20_000, '/payments/0/status': 'PAID', '/payments/0/platform': 'NATIONAL',
    '/applicant/ids/0/issuedOn': '2023-09-27', '/applicant/address/communeCode': '31120', '/applicant/address/asOf': '2025-07-01',
  } },
  ...Object.entries(STATUSES).map(([word, meaning]) => ({ what: word, set: { '/dossierStatus': word }, gives: { '/status': meaning.split('/')[0], '/subStatus': meaning.split('/')[1], '/sourceStatus/status': word } })),
  { what: 'leading zeros of an identity number', set: { '/applicantIdNo': '001199000001' }, gives: { '/applicant/ids/0/number': '001199000001', '/applicant/ids/0/type': 'CCCD' } },
  { what: 'leading zeros of a phone', set: { '/contactTelNo': '0900000002' }, gives: { '/applicant/phone': '0900000002' } },
  { what: 'leading zeros of unit codes', set: { '/cityCode': '01', '/wardCode': '00004' }, gives: { '/applicant/address/provinceCode': '01', '/applicant/address/communeCode': '00004' } },
  { what: 'leading zeros of an invoice', set: {}, gives: { '/payments/0/ref': '0000012' } },
  { what: 'leading zeros of a paper code', set: { '/dossierFiles/0/fileTemplateNo': '001' }, gives: { '/components/0/code': '001' } },
  { what: 'an extension keeps the first due date', set: { '/extendDate': 1_752_660_000_000 }, gives: { '/dates/dueAt': '2025-07-16T10:00:00Z', '/dates/dueHistory/0/dueAt': '2025-07-09T10:00:00Z' } },
  { what: 'decomposed letters', set: { '/applicantName': 'Nguyễn Thị Thử'.normalize('NFD') }, gives: { '/applicant/name': 'Nguyễn Thị Thử' } },
  { what: 'a rolled-back action happened', set: { '/actions/2/state': 2 }, gives: { '/history/2/action': 'Chuyển xử lý' } },
  { what: 'a planned action has not happened', set: { '/actions/6/state': 0 }, gives: { '/history/6': undefined } },
  { what: 'reported as paid is not paid', set: { '/payments/0/paymentStatus': 3 }, gives: { '/payments/0/status': 'PENDING', '/payments/0/paidAt': undefined } },
  { what: 'what nobody maps stays', set: { '/noiSinh': 'Xã Mẫu' }, gives: { '/raw/noiSinh': 'Xã Mẫu' } },
];

const FLAGGED: readonly FlaggedRecord[] = [
  { what: 'an unknown status', set: { '/dossierStatus': 'tu_che' }, warning: 'LT-OPENCPS-STATUS-UNMAPPED', pointer: '/dossierStatus', keeps: { '/status': 'UNKNOWN', '/sourceStatus/status': 'tu_che' } },
  { what: 'an unknown sub-status', set: { '/dossierSubStatus': 'tu_che' }, warning: 'LT-OPENCPS-SUBSTATUS-UNMAPPED', pointer: '/dossierSubStatus', keeps: { '/status': 'RETURNED', '/sourceStatus/subStatus': 'tu_che' } },
  { what: 'an unknown status of an action', set: { '/actions/2/dossierStatus': 'tu_che' }, warning: 'LT-OPENCPS-STATUS-UNMAPPED', pointer: '/actions/2/dossierStatus', keeps: { '/history/2/status': 'UNKNOWN', '/history/2/action': 'Chuyển xử lý' } },
  { what: 'an unknown level', set: { '/serviceLevel': 9 }, warning: 'LT-OPENCPS-CODE-UNMAPPED', pointer: '/serviceLevel' },
  { what: 'an unknown kind of applicant', set: { '/applicantIdType': 'la' }, warning: 'LT-OPENCPS-CODE-UNMAPPED', pointer: '/applicantIdType' },
  { what: 'an unknown state of the parcel', set: { '/viaPostal': 9 }, warning: 'LT-OPENCPS-CODE-UNMAPPED', pointer: '/viaPostal' },
  { what: 'an unknown state of a payment', set: { '/payments/0/paymentStatus': 9 }, warning: 'LT-OPENCPS-CODE-UNMAPPED', pointer: '/payments/0/paymentStatus', keeps: { '/payments/0/status': 'PENDING' } },
  { what: 'an unknown way of paying', set: { '/payments/0/paymentMethod': 'vi-la' }, warning: 'LT-OPENCPS-CODE-UNMAPPED', pointer: '/payments/0/paymentMethod', keeps: { '/payments/0/method': 'OTHER', '/payments/0/provider': 'vi-la' } },
  { what: 'an unknown kind of file', set: { '/dossierFiles/0/dossierPartType': 8 }, warning: 'LT-OPENCPS-CODE-UNMAPPED', pointer: '/dossierFiles/0/dossierPartType' },
  { what: 'an agency code that is none', set: { '/govAgencyCode': 'X-1' }, warning: 'LT-OPENCPS-AGENCY-CODE', pointer: '/govAgencyCode', keeps: { '/agency/code': 'X-1' } },
  { what: 'a local procedure code', set: { '/serviceCode': 'TT-01' }, warning: 'LT-OPENCPS-PROCEDURE-UNMAPPED', pointer: '/serviceCode', keeps: { '/procedure/code': 'TT-01' } },
];

const REFUSED: readonly RefusedRecord[] = [
  { what: 'no number yet', set: { '/dossierNo': '' }, code: 'LT-OPENCPS-NO-NUMBER', pointer: '/dossierNo' },
  { what: 'no id', set: { '/dossierId': 0, '/referenceUid': '' }, code: 'LT-OPENCPS-NO-ID', pointer: '/dossierId' },
  { what: 'no status', set: { '/dossierStatus': '' }, code: 'LT-OPENCPS-MISSING', pointer: '/dossierStatus' },
  { what: 'no applicant', set: { '/applicantName': '' }, code: 'LT-OPENCPS-MISSING', pointer: '/applicantName' },
  { what: 'no agency', set: { '/govAgencyCode': '' }, code: 'LT-OPENCPS-MISSING', pointer: '/govAgencyCode' },
  { what: 'no sector', set: { '/domainCode': '' }, code: 'LT-OPENCPS-NO-SECTOR', pointer: '/domainCode' },
  { what: 'a day that does not exist', set: { '/receiveDate': '30/02/2025 08:00:00' }, code: 'LT-OPENCPS-DATE', pointer: '/receiveDate' },
  { what: 'seconds taken for milliseconds', set: { '/receiveDate': 1_751_302_800 }, code: 'LT-OPENCPS-DATE', pointer: '/receiveDate' },
  { what: 'an amount with a fraction', set: { '/payments/0/feeAmount': 1.5 }, code: 'LT-OPENCPS-AMOUNT', pointer: '/payments/0/feeAmount' },
];

const polled = (n: number, changedAt: number): AnyRecord => record({ dossierId: 5_000 + n, referenceUid: `uid-${n}`, dossierNo: `H13.101-250701-${String(n).padStart(4, '0')}`, modifiedDate: changedAt });

export const fixtures: FixturesOf<typeof opencps> = {
  config: CONFIG,
  secrets: ['/token'],
  operations: {
    listDossiers: {
      inputs: [{ start: 0, end: 20, since: '20250701000000' }, { start: 20, end: 40 }], component: 'ListRequest',
      verbatim: [{ from: '/since', to: '/since', values: ['20250701000000', '01/07/2025 00:00:00'] }],
      answers: [
        { what: 'a page', answer: page([record()]), means: 'accepted' },
        { what: 'a page of more', answer: page([record()], 99), means: 'accepted' },
        { what: 'an installation that says no total', answer: answered({ data: [] }), means: 'accepted' },
        ...FAILURES,
      ],
      answered: ({ items, total }) => items.length === 1 && total === 1,
    },
    getDossier: { ...part('actions', ''), answers: [{ what: 'a dossier', answer: answered(record()), means: 'accepted' }, ...FAILURES], answered: (dossier) => dossier['dossierNo'] === record()['dossierNo'] },
    listActions: part('actions', 'actions'),
    listLogs: { ...part('actions', ''), answers: [{ what: 'none', answer: page([]), means: 'accepted' }, { what: 'fewer than it says', answer: page([], 3), means: 'rejected LT-UPSTREAM-RESPONSE-INVALID' }, ...FAILURES] },
    listFiles: part('dossierFiles', 'files'),
    listPayments: part('payments', 'payments'),
  },
  tables: TABLES,
  simulator: {
    options: { records: [record()], token: TOKEN, groupId: '55301' },
    // Small pages, so that a poll has several to read.
    config: (baseUrl) => ({ baseUrl, poll: { pageSize: 5 } }),
  },
  source: {
    records: [record(), record({ dossierFiles: [], payments: [], online: false, dossierStatus: 'processing', releaseDate: 0, finishDate: 0 })],
    known: KNOWN,
    flagged: FLAGGED,
    refused: REFUSED,
    // Newest first, as some installations list them, and two in each second.
    withSteps: (count) => record({ actions: Array.from({ length: count }, (_, i) => action(count - i, Date.UTC(2025, 6, 1, 1, 0, (count - i) >> 1), 'processing', `Bước ${count - i}`)) }),
    poll: {
      record: polled,
      options: (records) => ({ records }),
      put: (simulator, changed) => (simulator as OpencpsSimulator).put(changed),
      id: (given) => String((given as AnyRecord)['dossierId']),
    },
  },
  readme: {
    file: packageFile('adapters/opencps/README.md'),
    tables: [{
      heading: 'Default status table',
      // Two columns of words beside each other.
      row: (cells) => [cells.slice(0, 2), cells.slice(3, 5)].flatMap(([words = '', meaning = '']) => words.split(',').filter((word) => word.trim() !== '').map((word) => `${word.trim()} ${meaning}`)),
      expected: Object.entries(DEFAULT_STATUS_MAP).map(([word, meaning]) => `${word} ${meant(meaning)}`),
    }],
  },
};
