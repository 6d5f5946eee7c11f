/** The adapter without a document: one write with an honest probe, one read, a code table, a double that keeps what it is sent. */
import { configLiteral, secretsOf, settingsTable, markdownTable, strangerTest, type Shape } from './shared.ts';
import { quoted } from '../names.ts';

/** Canonical status → invented code, and what it means. */
const STATUSES: readonly [status: string, code: string][] = [
  ['SUBMITTED', '01'], ['ACCEPTED', '02'], ['REJECTED', '03'], ['PROCESSING', '04'], ['SUPPLEMENT_REQUIRED', '05'], ['PAYMENT_REQUIRED', '06'], ['WITHDRAWN', '07'], ['STOPPED', '08'],
  ['RESOLVED', '09'], ['RETURNED', '10'],
];
const WITHHELD: readonly [status: string, why: string][] = [['DRAFT', 'not handed in yet'], ['UNKNOWN', 'our own word for a state that the source did not say']];

export function contractDocument({ title }: Shape): Record<string, unknown> {
  const text = (most: number, description: string): Record<string, unknown> => ({ type: 'string', minLength: 1, maxLength: most, description });
  const json = (name: string): Record<string, unknown> => ({ 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } });
  const code = { name: 'code', in: 'path', required: true, schema: { type: 'string', minLength: 1, maxLength: 50 } };
  const failures = {
    400: { description: 'The message is wrong; nothing was stored', content: json('Problem') },
    401: { description: 'The caller is not known', content: json('Problem') },
    429: { description: 'Too many calls; Retry-After says how long to wait' },
  };
  return {
    openapi: '3.1.0',
    info: { title: title.en, version: '1', description: 'TODO(contract): invented; put the real contract of the system here.' },
    paths: {
      '/dossiers/{code}': {
        put: {
          operationId: 'sendDossier', summary: 'Store a dossier, or replace it', 'x-summary-vi': 'Ghi hoặc thay hồ sơ', parameters: [code],
          requestBody: { required: true, content: json('DossierMessage') },
          responses: { 200: { description: 'Stored', content: json('Stored') }, ...failures },
        },
        get: {
          operationId: 'findDossier', summary: 'Read a dossier', 'x-summary-vi': 'Đọc hồ sơ', parameters: [code],
          responses: { 200: { description: 'The dossier as it was stored, or that there is none', content: json('Found') }, ...failures },
        },
      },
    },
    components: {
      schemas: {
        DossierMessage: {
          type: 'object', additionalProperties: false, required: ['code', 'procedureCode', 'agencyCode', 'status', 'applicantName'],
          properties: {
            code: text(50, 'Dossier number'), procedureCode: text(100, 'Procedure code'), agencyCode: text(100, 'Agency code'),
            status: { $ref: '#/components/schemas/Status' },
            applicantName: text(1000, 'Name of the applicant'), summary: { type: 'string', description: 'What the dossier is about' },
            submittedAt: { type: 'string', format: 'vn-datetime', description: 'yyyyMMddHHmmss, Vietnam time' }, changedAt: { type: 'string', format: 'vn-datetime', description: 'yyyyMMddHHmmss, Vietnam time' },
          },
        },
        DossierQuery: { type: 'object', additionalProperties: false, required: ['code'], properties: { code: text(50, 'Dossier number') } },
        Status: { type: 'string', enum: STATUSES.map(([, wire]) => wire), 'x-meaning': Object.fromEntries(STATUSES.map(([status, wire]) => [wire, status])) },
        Stored: { type: 'object', required: ['code'], properties: { code: text(50, 'Dossier number') } },
        Found: { type: 'object', required: ['found'], properties: { found: { type: 'boolean' }, dossier: { $ref: '#/components/schemas/DossierMessage' } } },
        Problem: { type: 'object', properties: { message: { type: 'string' } } },
      },
    },
  };
}

export const codesFile = (): string => `/** How our words are written in the system's codes. Total: every word has a code, or a reason why it is never sent. */
import { defineCodeTable⟦, type DossierStatus⟧ } from 'lienthong';

// ‹codes›
export const STATUS_TABLE = defineCodeTable⟦<DossierStatus>⟧({
  id: 'status',
  rows: [
${STATUSES.map(([status, code]) => `    { canonical: '${status}', wire: '${code}' },`).join('\n')}
  ],
  withheld: {
${WITHHELD.map(([status, why]) => `    ${status}: '${why}',`).join('\n')}
  },
});
`;

export const routesFile = (): string => `/** Which operation is which HTTP call. */
⟦import type { HttpRequest } from 'lienthong';
⟧
/** One segment of an address. Dots alone would steer the address elsewhere. */
const segment = (text⟦: string⟧)⟦: string⟧ => encodeURIComponent(text).replace(/^\\.{1,2}$/, (dots) => dots.replaceAll('.', '%2E'));

export function requestOf(operationId⟦: string⟧, request⟦: unknown⟧)⟦: HttpRequest⟧ {
  const path = \`/dossiers/\${segment((request⟦ as { code: string }⟧).code)}\`;
  if (operationId === 'findDossier') return { method: 'GET', path };
  return { method: 'PUT', path, headers: { 'content-type': 'application/json' }, body: JSON.stringify(request) };
}
`;

export const operationsFile = ({ id }: Shape): string => `/** What can be asked of the system: how each call is written, understood, and resolved when its reply is lost. */
import { isDeepStrictEqual } from 'node:util';
import { defineOperation, formatTime, issue, normalizeStrings, ValidationError⟦, type AnyOperation, type Dossier⟧ } from 'lienthong';
import { classify } from './classify.ts';
import { STATUS_TABLE } from './codes.ts';
⟦import type { Config } from './config.ts';
⟧import { component } from './contract.ts';

⟦/** What is sent. */
export interface DossierMessage {
  code: string;
  procedureCode: string;
  agencyCode: string;
  status: string;
  applicantName: string;
  summary?: string;
  /** yyyyMMddHHmmss, Vietnam time */
  submittedAt?: string;
  /** yyyyMMddHHmmss, Vietnam time */
  changedAt?: string;
}
export interface DossierQuery { code: string }
interface Found { found: boolean; dossier?: DossierMessage }
⟧
/** @throws ValidationError for a status that is never sent; it names the place, never the value */
function messageOf(dossier⟦: Dossier⟧)⟦: DossierMessage⟧ {
  const status = STATUS_TABLE.encode(dossier.status);
  if (status === undefined) {
    throw new ValidationError([{ code: ${quoted(`${id.toUpperCase()}-STATUS-WITHHELD`)}, pointer: '/status', message: { vi: 'Trạng thái này không gửi đi', en: 'A dossier in this status is not sent' } }]);
  }
  const { submittedAt } = dossier.dates;
  // ‹fields›
  return normalizeStrings({
    code: dossier.code,
    procedureCode: dossier.procedure.code,
    agencyCode: dossier.agency.code,
    status,
    applicantName: dossier.applicant.name,
    ...(dossier.summary === undefined ? {} : { summary: dossier.summary }),
    ...(submittedAt === undefined ? {} : { submittedAt: formatTime(submittedAt, 'yyyyMMddHHmmss') }),
    ...(dossier.sourceUpdatedAt === undefined ? {} : { changedAt: formatTime(dossier.sourceUpdatedAt, 'yyyyMMddHHmmss') }),
  });
}

const findDossier = defineOperation⟦<DossierQuery, DossierQuery, Found, DossierMessage | undefined, Config>⟧({
  id: 'findDossier',
  title: { vi: 'Đọc hồ sơ', en: 'Read a dossier' },
  access: 'read',
  idempotency: { kind: 'natural-key', why: { vi: 'Chỉ đọc, gọi lại không thay đổi gì.', en: 'A read; repeating it changes nothing.' } },
  ordering: 'none',
  coalesce: 'never',
  batch: { max: 1 },
  request: component('DossierQuery'),
  response: component('Found'),
  encode: ([query]) => normalizeStrings({ code: query?.code ?? '' }),
  classify: (result) => classify(result, 'read'),
  decode: (answer) => answer.dossier,
});

const sendDossier = defineOperation⟦<Dossier, DossierMessage, unknown, null, Config>⟧({
  id: 'sendDossier',
  title: { vi: 'Gửi hồ sơ', en: 'Send a dossier' },
  access: 'write',
  // ‹idempotency›
  idempotency: { kind: 'natural-key', why: { vi: 'Ghi theo mã hồ sơ: gửi lại cùng nội dung thay đúng bản đã có.', en: 'Stored under the dossier number: the same content again replaces itself.' } },
  ordering: 'dossier',
  coalesce: 'snapshot',
  batch: { max: 1 },
  request: component('DossierMessage'),
  response: component('Stored'),
  encode: ([dossier]) => messageOf(dossier⟦ as Dossier⟧),
  classify: (result) => classify(result, 'write'),
  decode: () => null,
  remoteAfter: (_request, remote) => ({ ...remote, exists: true }),
  // ‹probe›
  // It reads back what is stored: an equal record leaves nothing to send, any other one shows that this write has not taken effect.
  async probe(dossier, { run }) {
    const found = await run⟦<DossierQuery, DossierMessage | undefined>⟧(findDossier⟦ as AnyOperation⟧, [{ code: dossier.code }]);
    if (found.kind !== 'done') return { kind: 'unknown', issue: issue('LT-UPSTREAM-PROBE-FAILED') };
    return { kind: isDeepStrictEqual(found.value, messageOf(dossier)) ? 'applied' : 'not-applied' };
  },
  // ‹subscribe›
  subscribe: {
    plan: (dossier) => (STATUS_TABLE.encode(dossier.status) === undefined ? [] : [{ itemKey: 'dossier' }]),
    input: (dossier, itemKey) => (itemKey === 'dossier' ? dossier : undefined),
  },
});

export const operations = { sendDossier, findDossier };
`;

export const simulatorFile = (shape: Shape): string => `/** A double of the system: it keeps what it is sent, and refuses what the real one refuses. No sockets: lienthong/testing hosts it. */
⟦import type { JournalEntry, Simulator, SimulatorOptions, SimulatorRequest, SimulatorResponse } from 'lienthong/testing';
⟧import { component } from './contract.ts';

const json = (status⟦: number⟧, body⟦: unknown⟧)⟦: SimulatorResponse⟧ => ({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const isMessage = component('DossierMessage');

function parsed(text⟦: string⟧)⟦: unknown⟧ {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// ‹simulator›
export function createSimulator({ now = Date.now }⟦: SimulatorOptions⟧ = {})⟦: Simulator⟧ {
  const dossiers = new Map⟦<string, unknown>⟧();
  const entries⟦: JournalEntry[]⟧ = [];
  const note = (service⟦: string⟧, effect⟦: JournalEntry['effect']⟧, key⟦: string⟧, item⟦?: unknown⟧)⟦: void⟧ => {
    entries.push({ seq: entries.length + 1, at: now(), service, effect, key, ...(item === undefined ? {} : { item }) });
  };

  function store(code⟦: string⟧, body⟦: unknown⟧)⟦: SimulatorResponse⟧ {
    const checked = isMessage(body);
    if (!checked.ok || (body⟦ as { code: string }⟧).code !== code) {
      note('sendDossier', 'refused', code);
      return json(400, { message: 'the message is wrong' });
    }
    note('sendDossier', dossiers.has(code) ? 'update' : 'create', code, body);
    dossiers.set(code, body);
    return json(200, { code });
  }

  function handle(request⟦: SimulatorRequest⟧)⟦: SimulatorResponse⟧ {
    const [, address = ''] = /^\\/dossiers\\/([^/]+)$/.exec(request.path) ?? [];
    if (address === '' || !['GET', 'PUT'].includes(request.method)) return json(404, { message: 'no such address' });
    const code = decodeURIComponent(address);
    if (${strangerTest(shape.security)}) {
      note('login', 'refused', code);
      return json(401, { message: 'the caller is not known' });
    }
    if (request.method === 'PUT') return store(code, parsed(request.body));
    note('findDossier', 'read', code);
    const dossier = dossiers.get(code);
    return json(200, dossier === undefined ? { found: false } : { found: true, dossier });
  }

  return {
    id: ${quoted(shape.id)},
    handle,
    clientConfig: (baseUrl) => (${configLiteral(shape.security, 'baseUrl')}),
    journal: () => entries,
    summary: () => ({ dossiers: dossiers.size, calls: entries.length }),
    reset() {
      dossiers.clear();
      entries.length = 0;
    },
  };
}
`;

export const fixturesFile = (shape: Shape): string => `/** What is known of this adapter from elsewhere than its own code: examples, codes, answers. Invented data only. */
import { normalizeStrings⟦, type Dossier, type DossierStatus⟧ } from 'lienthong';
import { answered, failed⟦, type FixturesOf⟧ } from 'lienthong/testing';
⟦import type { ${shape.name} } from './adapter.ts';
⟧import { STATUS_TABLE } from './codes.ts';

const dossier⟦: Dossier⟧ = {
  schemaVersion: '1', code: '000.00.00.H99-260105-0007', sourceSystem: 'test', sourceId: '7', sourceUpdatedAt: '2026-01-05T03:00:00Z', source: 'PORTAL_LOCAL',
  procedure: { code: '1.009999', name: 'Thủ tục mẫu', sector: { code: 'G99', name: 'Lĩnh vực mẫu' } },
  agency: { code: 'H99.14', name: 'UBND phường Mẫu' },
  channel: 'ONLINE',
  applicant: { kind: 'CITIZEN', name: 'Trần Thị Mẫu', ids: [{ type: 'CCCD', number: '092199999002' }], phone: '0900000001' },
  summary: 'Hồ sơ mẫu', dates: { submittedAt: '2026-01-05T01:30:00Z' }, status: 'PROCESSING',
  components: [], results: [], supplements: [], fees: [], payments: [],
  history: [{ id: 's1', at: '2026-01-05T02:00:00Z', status: 'ACCEPTED', action: 'Tiếp nhận', actor: 'Lê Văn Mẫu' }],
  linkedDatabases: [],
};
/** As little as a dossier can hold. */
const { summary: _summary, sourceUpdatedAt: _changed, ...smallest }⟦: Dossier⟧ = { ...dossier, code: '000.00.00.H99-260105-0008', dates: {}, history: [] };

/** Written by hand, so that a slip in the table is seen. */
const CODES⟦: Record<string, string>⟧ = { ${STATUSES.map(([status, code]) => `${status}: '${code}'`).join(', ')} };
const WORDS = [...Object.keys(CODES), ${WITHHELD.map(([status]) => `'${status}'`).join(', ')}];

// ‹answers›
const FAILURES = [
  { what: 'wrong message', answer: answered({ message: 'the message is wrong' }, 400), means: 'rejected LT-UPSTREAM-REFUSED' },
  { what: 'unknown caller', answer: answered({ message: 'the caller is not known' }, 401), means: 'rejected LT-UPSTREAM-LOGIN-FAILED' },
  { what: 'too many calls', answer: answered({ message: 'slowly' }, 429, { 'retry-after': '7' }), means: 'retry LT-UPSTREAM-BUSY', retryAfterMs: 7000 },
  { what: 'nobody listens', answer: failed('before', 'ECONNREFUSED'), means: 'retry LT-UPSTREAM-UNREACHABLE' },
];

export const fixtures⟦: FixturesOf<typeof ${shape.name}>⟧ = {
  config: ${configLiteral(shape.security, "'http://127.0.0.1:9'")},
  secrets: [${secretsOf(shape.security).filter(({ secret }) => secret).map(({ name }) => quoted(`/${name}`)).join(', ')}],
  operations: {
    sendDossier: {
      inputs: [dossier, smallest],
      arbitrary: (draw) => draw.dossier.filter(({ status }) => STATUS_TABLE.encode(status) !== undefined),
      component: 'DossierMessage',
      roundTrip: {
        decode: ({ code, procedureCode, agencyCode, status, applicantName, summary }) => ({ code, procedureCode, agencyCode, status: STATUS_TABLE.decode(status), applicantName, summary }),
        // Everything else of a dossier is not sent: a loss, and here it is declared.
        expected: ({ code, procedure, agency, status, applicant, summary }) =>
          normalizeStrings({ code, procedureCode: procedure.code, agencyCode: agency.code, status, applicantName: applicant.name, summary }),
      },
      dates: [
        { what: 'midnight in Vietnam', set: { '/dates/submittedAt': '2025-12-31T17:00:00Z' }, gives: { '/submittedAt': '20260101000000' } },
        { what: 'the last second of a year', set: { '/dates/submittedAt': '2025-12-31T16:59:59Z' }, gives: { '/submittedAt': '20251231235959' } },
      ],
      verbatim: [{ from: '/code', to: '/code', values: ['0001', '000.00.00.H99-260105-0007'] }, { from: '/procedure/code', to: '/procedureCode', values: ['1.000001', '000'] }],
      known: Object.entries(CODES).map(([status, code]) => ({ what: status, set: { '/status': status }, gives: { '/status': code } })),
      refused: [{ what: 'a draft', set: { '/status': 'DRAFT' }, code: ${quoted(`${shape.id.toUpperCase()}-STATUS-WITHHELD`)}, pointer: '/status' }],
      answers: [
        { what: 'stored', answer: answered({ code: dossier.code }), means: 'accepted' },
        ...FAILURES,
        { what: 'the system broke', answer: answered({ message: 'error' }, 500), means: 'unknown LT-UPSTREAM-LOST-REPLY' },
        { what: 'the reply was lost', answer: failed('after', 'RESET'), means: 'unknown LT-UPSTREAM-LOST-REPLY' },
      ],
    },
    findDossier: {
      inputs: [{ code: dossier.code }],
      component: 'DossierQuery',
      key: ({ code }) => code,
      verbatim: [{ from: '/code', to: '/code', values: ['0001'] }],
      answers: [
        { what: 'not there', answer: answered({ found: false }), means: 'accepted' },
        ...FAILURES,
        { what: 'the system broke', answer: answered({ message: 'error' }, 500), means: 'retry LT-UPSTREAM-SERVER-ERROR' },
      ],
      answered: (value) => value === undefined,
    },
  },
  tables: [{
    name: 'status', component: 'Status', words: WORDS, withheld: [${WITHHELD.map(([status]) => `'${status}'`).join(', ')}],
    encode: (word) => STATUS_TABLE.encode(word⟦ as DossierStatus⟧), writes: CODES,
    decode: (code) => STATUS_TABLE.decode(code), reads: Object.fromEntries(Object.entries(CODES).map(([word, code]) => [code, word])),
  }],
  readme: { file: new URL('./README.md', import.meta.url), tables: [{ heading: 'Statuses', expected: Object.keys(CODES) }] },
};
`;

export const operationsTable = (): string => markdownTable(['operation · thao tác', 'kind · loại', 'after a lost reply · sau khi mất trả lời'], [
  ['`sendDossier`', 'write · ghi', 'asks `findDossier` whether the same record is stored · hỏi lại bằng `findDossier`'],
  ['`findDossier`', 'read · đọc', 'called again · gọi lại'],
]);

export const readmeExtra = (): string => `## Statuses

The codes are invented (TODO(codes)). · Trạng thái: mã ở đây là giả định.

${markdownTable(['status · trạng thái', 'code · mã'], STATUSES.map(([status, code]) => [`\`${status}\``, `\`${code}\``]))}

${WITHHELD.map(([status]) => `\`${status}\``).join(' and ')} are not sent. · Không gửi ${WITHHELD.map(([status]) => `\`${status}\``).join(' và ')}.
`;

export { settingsTable };
