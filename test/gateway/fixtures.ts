/** Invented dossiers, a toy adapter, and a gateway around them. */
import type { Adapter } from '../../src/adapter/types.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import { ValidationError } from '../../src/contract/validate.ts';
import { loadConfig, type GatewayConfig } from '../../src/gateway/config.ts';
import { createLogger, type Logger } from '../../src/gateway/log.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../../src/gateway/server.ts';
import type { Dossier } from '../../src/model/canonical.ts';

export function dossier(n = 1, over: Partial<Dossier> = {}): Dossier {
  const code = `H99.14-250701-${String(n).padStart(4, '0')}`;
  return {
    schemaVersion: '1', code, sourceSystem: 'demo', sourceId: String(n), sourceUpdatedAt: '2025-07-01T02:00:00Z', source: 'COUNTER',
    procedure: { code: '1.009999', name: 'Cấp bản sao trích lục', sector: { code: 'G99-HT01', name: 'Hộ tịch' } },
    agency: { code: '000.14.99.H99', name: 'Ủy ban nhân dân phường Mẫu' },
    channel: 'COUNTER',
    applicant: { kind: 'CITIZEN', name: 'Nguyễn Văn Mẫu', ids: [{ type: 'CCCD', number: '092199999002' }], phone: '0900000001', email: 'Mau@example.vn' },
    dates: { submittedAt: '2025-07-01T01:00:00Z', acceptedAt: '2025-07-01T01:30:00Z', dueAt: '2025-07-04T10:00:00Z' },
    status: 'PROCESSING', components: [], results: [], supplements: [], fees: [], payments: [],
    history: [
      { at: '2025-07-01T01:30:00Z', status: 'ACCEPTED', action: 'Tiếp nhận' },
      { at: '2025-07-01T02:00:00Z', status: 'PROCESSING', action: 'Phân công' },
    ],
    linkedDatabases: [], ...over,
  };
}

const never = (): never => {
  throw new Error('not called');
};
/** An upstream that wants a snapshot of every change and each step once, and looks dossiers up. */
export const toyAdapter: Adapter = {
  id: 'toy',
  title: { vi: 'Hệ thống mẫu', en: 'Toy upstream' },
  version: '1',
  configSchema: {
    type: 'object', additionalProperties: false, required: ['baseUrl', 'password'],
    properties: { baseUrl: { type: 'string' }, password: { type: 'string', writeOnly: true, examples: ['mat-khau-vi-du-42'] }, timeoutMs: { type: 'integer', minimum: 1 }, strict: { type: 'boolean' } },
  },
  configure(raw) {
    const own = raw as { baseUrl: string };
    if (!/^https?:/.test(own.baseUrl)) throw new ValidationError([issue('LT-CONFIG-VALUE', '/baseUrl', 'http')]);
    return { ...own, configured: true };
  },
  operations: {
    push: {
      id: 'push', title: { vi: 'Đẩy', en: 'Push' }, access: 'write', idempotency: { kind: 'upsert', why: { vi: '', en: '' } }, ordering: 'dossier', coalesce: 'snapshot', batch: { max: 1 },
      request: never, response: never, encode: never, classify: never, decode: never, lostReply: () => ({ then: 'resend-once', why: { vi: '', en: '' } }),
      subscribe: { plan: () => [{ itemKey: 'snapshot' }], input: (d: Dossier) => d },
    },
    step: {
      id: 'step', title: { vi: 'Bước', en: 'Step' }, access: 'write', idempotency: { kind: 'none', why: { vi: '', en: '' } }, ordering: 'dossier', coalesce: 'never', batch: { max: 1 },
      request: never, response: never, encode: never, classify: never, decode: never, lostReply: () => ({ then: 'never-resend', why: { vi: '', en: '' } }),
      subscribe: { plan: (d: Dossier) => d.history.map((h) => ({ itemKey: `${h.at} ${h.status}` })), input: () => undefined },
    },
  },
  inbound: [
    {
      id: 'lookup', title: { vi: 'Tra cứu', en: 'Look up' }, method: 'POST', path: 'search/call', request: (value) => ({ ok: true, value }),
      async handle({ body }, { findDossier }) {
        const code = (body as { masohoso?: unknown } | undefined)?.masohoso;
        if (typeof code !== 'string') return { status: 200, body: { error_code: '-1', message: 'bad request' } };
        const found = await findDossier(code);
        return { status: 200, body: found === undefined ? { error_code: '-1', message: 'masohoso not found' } : { MaHoSo: found.code, TrangThaiHoSo: '4' } };
      },
    },
    { id: 'ping', title: { vi: 'Thử', en: 'Ping' }, method: 'GET', path: 'ping', request: (value) => ({ ok: true, value }), handle: async () => ({ status: 203, body: 'pong' }) },
  ],
  open: never,
  source: {
    decode(record) {
      const r = record as { n?: unknown; boom?: unknown };
      if (r.boom === true) throw new TypeError('a mistake of the adapter');
      const issues = [
        ...(typeof r.n === 'number' ? [] : [issue('LT-INPUT-TYPE', '/n')]),
        ...(typeof (record as { extra?: unknown }).extra === 'undefined' ? [] : [issue('LT-INPUT-UNKNOWN-FIELD', '/extra')]),
      ];
      if (issues.length > 0) throw new ValidationError(issues);
      return { dossier: dossier(r.n as number, { sourceSystem: 'toy-source' }), warnings: [issue('LT-INPUT-ENUM', '/status', undefined, 'warning')] };
    },
  },
};

export const KEY = 'lt_test-key-that-is-not-used-anywhere';

export function testConfig(overrides: Record<string, unknown> = {}): GatewayConfig {
  return loadConfig({
    env: {},
    adapters: { toy: toyAdapter },
    overrides: { server: { port: 0 }, logging: { level: 'silent' }, upstreams: { toy: { adapter: 'toy', baseUrl: 'http://127.0.0.1:9', password: 'rat-bi-mat-7431' } }, sources: { toy: { adapter: 'toy', baseUrl: 'http://127.0.0.1:9', password: 'rat-bi-mat-7431' } }, ...overrides },
  });
}

export const quiet: Logger = createLogger({ level: 'silent' });

export const gatewayWith = (options: Omit<GatewayOptions, 'config'> & { config?: GatewayConfig }): Promise<Gateway> => createGateway({ logger: quiet, ...options, config: options.config ?? testConfig() });
