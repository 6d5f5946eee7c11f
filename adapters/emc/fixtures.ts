/** The adapter's fixtures for the conformance suite: what is known of EMC from elsewhere than the adapter's own code (fact sheet A.4). */
import { answered, failed, type AdapterFixtures, type Arbitrary, type Draw, type FixturesOf, type KnownAnswer } from '../../src/adapter/fixtures.ts';
import { packageFile } from '../../src/contract/package-file.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import type { emc } from './adapter.ts';
import { DELIVERY_CODES, EMC_STATES, PAYMENT_CODES, RECEPTION_CODES, STATE_CODES, type EmcState } from './codes.ts';
import type { EmcConfig } from './config.ts';
import { decode, type Tracked } from './decode.ts';
import type { TrackingInput } from './encode.ts';
import { emcDossier } from './fixtures/dossiers.ts';

const CONFIG = { baseUrl: 'http://127.0.0.1:9', siteId: 4711, headers: { 'x-khoa-mau': 'bi-mat-duong-truyen-mau-emc' } };
const USER_KEY = 'khoa-bam-mau-khong-dung-that-0123456789';

// ---- the second listing: A.4.3 and A.4.4 by hand -------------------------------------------------------------------------

const STATES = { OTHER: '0', RECEIVED: '1', PROCESSING: '2', RETURNED: '3', ASSIGNED: '4' };
const SEEN_AS: Readonly<Record<string, EmcState>> = {
  ACCEPTED: 'RECEIVED', PROCESSING: 'PROCESSING', SUPPLEMENT_REQUIRED: 'PROCESSING', PAYMENT_REQUIRED: 'PROCESSING', RESOLVED: 'RETURNED', RETURNED: 'RETURNED', REJECTED: 'OTHER', WITHDRAWN: 'OTHER', STOPPED: 'OTHER',
};
const RANK = ['RECEIVED', 'ASSIGNED', 'PROCESSING', 'OTHER', 'RETURNED'];

/** How often a dossier changes its state to EMC, told in another way than `steps.ts` does it: a string of letters in which repeats fall together. */
function changes(d: Dossier): number {
  const time = (at: string): number => new Date(at).getTime();
  const start = d.history.filter((e) => e.status === 'PROCESSING').sort((a, b) => time(a.at) - time(b.at))[0];
  const handover = (start?.to ?? '').trim() === '' ? undefined : start;
  const told = d.history.filter((e) => e.status in SEEN_AS).map((e) => ({ t: time(e.at), s: e === handover ? 'ASSIGNED' : (SEEN_AS[e.status] as string) }));
  const dated = { ACCEPTED: d.dates.acceptedAt, REJECTED: d.dates.rejectedAt, WITHDRAWN: d.dates.withdrawnAt, RESOLVED: d.dates.resolvedAt, RETURNED: d.dates.returnedAt };
  for (const [status, at] of Object.entries(dated)) if (at !== undefined && !d.history.some((e) => e.status === status)) told.push({ t: time(at), s: SEEN_AS[status] as string });
  const order = told.sort((a, b) => a.t - b.t || RANK.indexOf(a.s) - RANK.indexOf(b.s)).map(({ s }) => s);
  // What was assigned is in process, and needs no second word for it.
  const last = order.at(-1) === 'ASSIGNED' ? 'PROCESSING' : order.at(-1);
  if (d.status in SEEN_AS && SEEN_AS[d.status] !== last) order.push(SEEN_AS[d.status] as string);
  const word = order.map((s) => STATES[s as EmcState]).join('');
  return word.replace(/(.)\1+/g, '$1').length;
}

const expected = (d: TrackingInput, config: EmcConfig): Tracked => {
  const paid = d.payments.filter((p) => p.status === 'PAID');
  const paper = d.applicant.ids.find((p) => p.type !== 'TECH_ID' && p.number.trim() !== '');
  const number = (paper?.number ?? '').trim().normalize('NFC');
  const levels = { FULL: '4', PARTIAL: '3', INFO: '0' };
  return {
    siteId: 4711, code: d.code, procedure: { code: d.procedure.code.normalize('NFC'), name: d.procedure.name.normalize('NFC') }, state: d.emcState ?? 'RETURNED',
    channel: d.channel === 'ONLINE' || (d.channel === 'POSTAL' && config.postalReception === 'online') ? 'ONLINE' : 'COUNTER',
    payment: paid.some((p) => p.method === 'ONLINE') ? 'ONLINE' : paid.length > 0 ? 'IN_PERSON' : 'NONE',
    level: d.procedure.level === undefined ? '3' : levels[d.procedure.level], isNational: d.source === 'PORTAL_NATIONAL', delivery: d.delivery?.method ?? 'COUNTER',
    ...(config.user !== 'raw' || paper === undefined ? {} : { user: { ID_local: number, ID_QG: number, TYPE: paper.type === 'TAX_CODE' || number.length === 10 ? '1' : '2', LOCATION: '99' } }),
  };
};

/** Any dossier in any state. Names of blanks alone are refused, which has a case of its own. */
const sendable = (draw: Draw): Arbitrary<TrackingInput> =>
  draw.tuple(draw.dossier, draw.constantFrom(...EMC_STATES)).filter(([d]) => d.procedure.name.trim() !== '' && d.procedure.code.trim() !== '').map(([d, emcState]) => ({ ...d, emcState }));

const ANSWERS: readonly KnownAnswer[] = [
  { what: 'no content (A.4.1, form)', answer: answered('', 204), means: 'accepted' },
  { what: 'an empty 200 (A.4.1, JSON)', answer: answered('', 200), means: 'accepted' },
  { what: 'a word with 200', answer: answered('OK', 200), means: 'accepted' },
  { what: '202', answer: answered('', 202), means: 'accepted' },
  { what: 'a page with 200', answer: answered('<html>Bảo trì</html>', 200, { 'content-type': 'text/html; charset=utf-8' }), means: 'unknown LT-EMC-ANSWER' },
  { what: 'a redirect', answer: answered('', 302), means: 'unknown LT-UPSTREAM-LOST-REPLY' },
  { what: 'broken', answer: answered('<html>500</html>', 500), means: 'unknown LT-UPSTREAM-LOST-REPLY' },
  { what: 'a proxy without its server', answer: answered('<html>502</html>', 502), means: 'unknown LT-UPSTREAM-LOST-REPLY' },
  { what: 'a bad request', answer: answered('', 400), means: 'rejected LT-EMC-REFUSED' },
  { what: 'no such address', answer: answered('Not Found', 404), means: 'rejected LT-EMC-REFUSED' },
  { what: 'not let in', answer: answered('', 403), means: 'retry LT-EMC-CLOSED', retryAfterMs: 60_000 },
  { what: 'too much', answer: answered('', 429, { 'retry-after': '7' }), means: 'retry LT-UPSTREAM-BUSY', retryAfterMs: 7000 },
  { what: 'nobody there', answer: failed('before', 'ECONNREFUSED'), means: 'retry LT-UPSTREAM-UNREACHABLE' },
  { what: 'a certificate that is not trusted', answer: failed('before', 'CERT_HAS_EXPIRED'), means: 'retry LT-UPSTREAM-UNREACHABLE' },
  { what: 'cut', answer: failed('after', 'RESET'), means: 'unknown LT-UPSTREAM-LOST-REPLY' },
];

const known = (what: string, set: Record<string, unknown>, gives: Record<string, unknown>) => ({ what, set, gives });

export const fixtures: FixturesOf<typeof emc> = {
  config: CONFIG,
  variants: {
    json: { encoding: 'json' },
    'with the applicant': { user: 'raw', userLocation: '99' },
    'JSON with the applicant, post as online': { encoding: 'json', user: 'raw', userLocation: '99', postalReception: 'online' },
  },
  secrets: ['/headers/x-khoa-mau'],
  operations: {
    trackDossier: {
      inputs: [emcDossier(), emcDossier({ code: 'H99.14-250701-0043', status: 'ACCEPTED', history: [], dates: { acceptedAt: '2025-07-01T02:00:00Z' }, channel: 'COUNTER', emcState: 'RECEIVED' } as Partial<TrackingInput>)],
      items: changes,
      arbitrary: sendable,
      component: (request) => (typeof request.siteId === 'number' ? 'TrackingJsonRequest' : 'TrackingFormRequest'),
      roundTrip: { decode: (request) => decode(request), expected },
      // No message carries a time: EMC counts a call on the day on which it comes.
      dates: [],
      verbatim: [
        { from: '/code', to: '/codeProfile', values: ['000.00.14.H99-250304-0001', '0001'] },
        { from: '/procedure/code', to: '/codeTTHC', values: ['1.004227', '0004'] },
        { from: '/procedure/name', to: '/nameTTHC', values: ['Đăng ký = cấp & đổi 100% "mẫu"'] },
      ],
      known: [
        known('a form is text, without the applicant', {}, { '/siteId': '4711', '/data': '', '/user': undefined, '/status': '3' }),
        ...EMC_STATES.map((state) => known(`state ${state}`, { '/emcState': state }, { '/status': STATES[state] })),
        ...Object.entries({ ONLINE: '1', COUNTER: '2', POSTAL: '2' }).map(([channel, code]) => known(`channel ${channel}`, { '/channel': channel }, { '/formsReception': code })),
        known('paid online', {}, { '/formsPayments': '1' }),
        known('paid in cash', { '/payments/0/method': 'CASH' }, { '/formsPayments': '2' }),
        known('paid by transfer', { '/payments/0/method': 'TRANSFER' }, { '/formsPayments': '2' }),
        known('asked for and not paid', { '/payments/0/status': 'PENDING' }, { '/formsPayments': '0' }),
        ...Object.entries({ FULL: '4', PARTIAL: '3', INFO: '0' }).map(([level, code]) => known(`level ${level}`, { '/procedure/level': level }, { '/level': code })),
        known('no level', { '/procedure/level': undefined }, { '/level': '3' }),
        known('from the national portal', {}, { '/isFromDVCQG': '1' }),
        known('from the province’s portal', { '/source': 'PORTAL_LOCAL' }, { '/isFromDVCQG': '0' }),
        ...Object.entries({ COUNTER: '0', POST: '1', ONLINE: '2' }).map(([method, code]) => known(`result by ${method}`, { '/delivery/method': method }, { '/isDVCBC': code })),
        known('no delivery named', { '/delivery': undefined }, { '/isDVCBC': '0' }),
      ],
      refused: [
        { what: 'no name of the procedure', set: { '/procedure/name': ' ' }, code: 'LT-EMC-FIELD-MISSING', pointer: '/procedure/name' },
        { what: 'a draft', set: { '/status': 'DRAFT', '/history': [], '/dates': {} }, code: 'LT-EMC-NOT-REPORTED', pointer: '/status' },
      ],
      answers: ANSWERS,
      answered: ({ code, status }) => code === 'H99.14-250701-0042' && status === 204,
    },
  },
  tables: [
    { name: 'status (A.4.3)', component: 'Status', words: EMC_STATES, encode: (word) => STATE_CODES.encode(word as EmcState), writes: STATES, decode: (code) => STATE_CODES.decode(code), reads: { 0: 'OTHER', 1: 'RECEIVED', 2: 'PROCESSING', 3: 'RETURNED', 4: 'ASSIGNED' } },
    { name: 'status of the dossier (A.4.4)', words: ['DRAFT', 'SUBMITTED', 'ACCEPTED', 'REJECTED', 'PROCESSING', 'SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED', 'WITHDRAWN', 'STOPPED', 'RESOLVED', 'RETURNED', 'UNKNOWN'], withheld: ['DRAFT', 'SUBMITTED', 'UNKNOWN'],
      encode: (word, { statuses }) => { const state = statuses[word as keyof typeof statuses]; return state === 'NOT_REPORTED' ? undefined : state; }, writes: SEEN_AS },
    // 1 is online, 2 is in person: the other way round than at the national portal.
    { name: 'formsReception (A.4.3)', component: 'FormsReception', words: ['ONLINE', 'COUNTER', 'POSTAL'], encode: (word) => RECEPTION_CODES.encode(word as Dossier['channel']), writes: { ONLINE: '1', COUNTER: '2', POSTAL: '2' }, decode: (code) => RECEPTION_CODES.decode(code), reads: { 1: 'ONLINE', 2: 'COUNTER' } },
    { name: 'formsPayments (A.4.3)', component: 'FormsPayments', words: ['NONE', 'ONLINE', 'IN_PERSON'], encode: (word) => PAYMENT_CODES.encode(word as 'NONE'), writes: { NONE: '0', ONLINE: '1', IN_PERSON: '2' }, decode: (code) => PAYMENT_CODES.decode(code), reads: { 0: 'NONE', 1: 'ONLINE', 2: 'IN_PERSON' } },
    { name: 'isDVCBC (A.4.3)', component: 'IsDVCBC', words: ['COUNTER', 'POST', 'ONLINE'], encode: (word) => DELIVERY_CODES.encode(word as 'POST'), writes: { COUNTER: '0', POST: '1', ONLINE: '2' }, decode: (code) => DELIVERY_CODES.decode(code), reads: { 0: 'COUNTER', 1: 'POST', 2: 'ONLINE' } },
    { name: 'level (A.4.3)', component: 'Level', words: ['INFO', 'PARTIAL', 'FULL', 'ABSENT', 'in person, full'], withheld: ['in person, full'], encode: (word, { levels }) => (Object.hasOwn(levels, word) ? levels[word as keyof typeof levels] : undefined), writes: { INFO: '0', PARTIAL: '3', FULL: '4', ABSENT: '3' }, unread: ['1'] },
  ],
  readme: { file: packageFile('adapters/emc/README.md') },
};

/** The same laws in the other dialect, with every setting that a hash of the applicant needs. */
export const jsonFixtures: AdapterFixtures<EmcConfig> = {
  ...fixtures,
  config: { ...CONFIG, encoding: 'json', user: 'hash', userKey: USER_KEY, userLocation: '99' },
  variants: { form: { encoding: 'form' } },
  secrets: [...fixtures.secrets, '/userKey'],
  operations: {
    trackDossier: {
      ...fixtures.operations.trackDossier,
      // A hash does not come back; what else the message says does.
      roundTrip: { decode: (request: unknown) => ({ ...decode(request as never), user: undefined }), expected },
      known: (fixtures.operations.trackDossier.known ?? []).map((one) => (one.set['/emcState'] === undefined && Object.keys(one.set).length === 0 && '/siteId' in one.gives ? known('JSON has a number, null and a hash', {}, { '/siteId': 4711, '/data': null, '/status': '3' }) : one)),
      answered: ({ code, status }: { code: string; status: number }) => code === 'H99.14-250701-0042' && status === 200,
    },
  },
  simulator: { options: { encoding: 'json', answer: 'empty' } },
} as never;
