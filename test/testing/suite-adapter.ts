/** Somebody else's adapter, as small as one can be: a register that takes a dossier under its number and says whether it has it. */
import { compileSchema, defineAdapter, defineOperation, instantFromEpoch, epochFromInstant, issue, retryAfterOf, toNfc, ValidationError, type Dossier, type WireResult } from '../../src/index.ts';
import { answered, failed, type FixturesOf, type KnownAnswer } from '../../src/testing/index.ts';
import { fullDossier } from '../../adapters/dvcqg/fixtures.ts';
import type { JournalEntry, Simulator, SimulatorResponse } from '../../src/adapter/types.ts';

interface Config { baseUrl: string; key: string }
interface Entry { number: string; name: string; day: string }

const configSchema = {
  type: 'object', additionalProperties: false, required: ['baseUrl', 'key'],
  properties: {
    baseUrl: { type: 'string', minLength: 1, description: 'Address of the register', 'x-description-vi': 'Địa chỉ của sổ đăng ký' },
    key: { type: 'string', minLength: 1, writeOnly: true, description: 'Access key', 'x-description-vi': 'Khoá truy cập' },
  },
};
const checkConfig = compileSchema<Config>(configSchema);
const text = { type: 'string', minLength: 1, maxLength: 500 };
const checkEntry = compileSchema<Entry>({ type: 'object', additionalProperties: false, required: ['number', 'name', 'day'], properties: { number: text, name: text, day: { type: 'string', pattern: '^\\d{8}$' } } });
const checkNumber = compileSchema<{ number: string }>({ type: 'object', additionalProperties: false, required: ['number'], properties: { number: text } });
const anything = <T>(value: unknown) => ({ ok: true as const, value: value as T });

type Understood = { kind: 'accepted'; response: { taken?: boolean; has?: boolean } } | { kind: 'rejected'; issues: ReturnType<typeof issue>[] } | { kind: 'retry'; issue: ReturnType<typeof issue>; retryAfterMs?: number } | { kind: 'unknown'; issue: ReturnType<typeof issue> };
function understand(result: WireResult, write: boolean): Understood {
  if (result.kind === 'failure') return result.sent === 'before' || !write ? { kind: 'retry', issue: issue('LT-UPSTREAM-UNREACHABLE') } : { kind: 'unknown', issue: issue('LT-UPSTREAM-LOST-REPLY') };
  if (result.status === 429) {
    const retryAfterMs = retryAfterOf(result.headers);
    return { kind: 'retry', issue: issue('LT-UPSTREAM-BUSY'), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  if (result.status >= 400 && result.status < 500) return { kind: 'rejected', issues: [issue('LT-UPSTREAM-REFUSED')] };
  const { body } = result;
  if (result.status === 200 && typeof body === 'object' && body !== null && ('taken' in body || 'has' in body)) return { kind: 'accepted', response: body as { taken?: boolean; has?: boolean } };
  return write ? { kind: 'unknown', issue: issue('LT-UPSTREAM-LOST-REPLY') } : { kind: 'retry', issue: issue('LT-UPSTREAM-SERVER-ERROR') };
}

const VIETNAM = 7 * 3_600_000;
const dayOf = (instant: string): string => instantFromEpoch((epochFromInstant(instant) ?? 0) + VIETNAM).slice(0, 10).replaceAll('-', '');

const look = defineOperation<string, { number: string }, { has?: boolean }, boolean, Config>({
  id: 'look', title: { vi: 'Hỏi sổ đăng ký', en: 'Ask the register' }, access: 'read', idempotency: { kind: 'upsert', why: { vi: 'Chỉ đọc.', en: 'Only reads.' } }, ordering: 'none', coalesce: 'never', batch: { max: 1 },
  request: checkNumber, response: anything, encode: ([number]) => ({ number: number ?? '' }), classify: (result) => understand(result, false), decode: ({ has }) => has === true,
});
const enter = defineOperation<Dossier, Entry, { taken?: boolean }, null, Config>({
  id: 'enter', title: { vi: 'Ghi hồ sơ vào sổ', en: 'Enter a dossier' }, access: 'write', idempotency: { kind: 'upsert', why: { vi: 'Ghi đè theo số hồ sơ.', en: 'Overwritten under its number.' } }, ordering: 'dossier', coalesce: 'snapshot', batch: { max: 1 },
  request: checkEntry, response: anything,
  encode([dossier]) {
    if (dossier?.dates.acceptedAt === undefined) throw new ValidationError([issue('LT-INPUT-REQUIRED', '/dates/acceptedAt')]);
    return { number: dossier.code, name: toNfc(dossier.applicant.name), day: dayOf(dossier.dates.acceptedAt) };
  },
  classify: (result) => understand(result, true), decode: () => null,
  remoteAfter: (_request, remote) => ({ ...remote, exists: true }),
  async probe({ code }, ctx) {
    const found = await ctx.run<string, boolean>(look, [code]);
    return found.kind === 'done' ? { kind: found.value ? 'applied' : 'not-applied' } : { kind: 'unknown', issue: issue('LT-UPSTREAM-PROBE-FAILED') };
  },
  subscribe: { plan: () => [{ itemKey: 'snapshot' }], input: (dossier) => dossier },
});

function register(): Simulator {
  const entries = new Map<string, string>();
  const journal: JournalEntry[] = [];
  const json = (status: number, body: unknown): SimulatorResponse => ({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return {
    id: 'register',
    handle({ method, path, headers, body }) {
      const number = decodeURIComponent(path.split('/').at(-1) ?? '');
      if (headers['x-key'] !== 'khoa-mau-0001') return json(401, {});
      const note = (effect: JournalEntry['effect']): void => void journal.push({ seq: journal.length + 1, at: 0, service: method, effect, key: number });
      if (method === 'GET') {
        note('read');
        return json(200, { has: entries.has(number) });
      }
      note(entries.has(number) ? 'update' : 'create');
      entries.set(number, body);
      return json(200, { taken: true });
    },
    clientConfig: (baseUrl) => ({ baseUrl, key: 'khoa-mau-0001' }),
    journal: () => journal,
    summary: () => ({ entries: entries.size }),
    reset: () => entries.clear(),
  };
}

export const sampleRegister = defineAdapter({
  id: 'register', title: { vi: 'Sổ đăng ký mẫu', en: 'An invented register' }, version: '1', configSchema,
  configure(raw: unknown): Config {
    const checked = checkConfig(raw);
    if (!checked.ok) throw new ValidationError(checked.issues);
    return checked.value;
  },
  operations: { enter, look }, inbound: [],
  open(config, runtime) {
    const transport = runtime.transport({ baseUrl: config.baseUrl });
    return {
      call(operation, request, { signal }) {
        const { number, ...entry } = request as Entry;
        const http = { path: `/entries/${encodeURIComponent(number)}`, headers: { 'x-key': config.key, 'content-type': 'application/json' }, ...(signal === undefined ? {} : { signal }) };
        return transport.request(operation.id === 'look' ? { ...http, method: 'GET' } : { ...http, method: 'PUT', body: JSON.stringify(entry) });
      },
      close: () => transport.close(),
    };
  },
  simulator: register,
});

const answers = (body: unknown, lost: string): KnownAnswer[] => [
  { what: 'taken', answer: answered(body), means: 'accepted' },
  { what: 'refused', answer: answered({}, 422), means: 'rejected LT-UPSTREAM-REFUSED' },
  { what: 'busy', answer: answered('', 429, { 'retry-after': '3' }), means: 'retry LT-UPSTREAM-BUSY', retryAfterMs: 3_000 },
  { what: 'no answer', answer: failed('after', 'READ_TIMEOUT'), means: lost },
];

export const registerFixtures: FixturesOf<typeof sampleRegister> = {
  config: { baseUrl: 'http://127.0.0.1:9', key: 'khoa-mau-0001' },
  secrets: ['/key'],
  operations: {
    enter: {
      inputs: [fullDossier()],
      arbitrary: (draw) => draw.dossier.map((d) => ({ ...d, dates: { ...d.dates, acceptedAt: '2025-07-01T01:30:00Z' } })),
      roundTrip: { decode: ({ number, name }) => ({ number, name }), expected: ({ code, applicant }) => ({ number: code, name: applicant.name.normalize('NFC') }) },
      dates: [{ what: 'midnight in Vietnam', set: { '/dates/acceptedAt': '2025-06-30T17:00:00Z' }, gives: { '/day': '20250701' } }],
      verbatim: [{ from: '/code', to: '/number', values: ['000.00.14.H92-250701-0001'] }],
      known: [{ what: 'the owner', set: {}, gives: { '/name': 'Trần Thị Mẫu' } }],
      refused: [{ what: 'no reception', set: { '/dates/acceptedAt': undefined }, code: 'LT-INPUT-REQUIRED', pointer: '/dates/acceptedAt' }],
      answers: answers({ taken: true }, 'unknown LT-UPSTREAM-LOST-REPLY'),
    },
    look: { inputs: ['H92.14-250701-0042'], answers: answers({ has: true }, 'retry LT-UPSTREAM-UNREACHABLE') },
  },
  absent: {
    contract: { vi: 'Sổ mẫu không có tài liệu OpenAPI', en: 'The invented register has no OpenAPI document' },
    tables: { vi: 'Sổ mẫu không có bảng mã', en: 'The invented register has no codes' },
    readme: { vi: 'Sổ mẫu không có README', en: 'The invented register has no README' },
  },
};
