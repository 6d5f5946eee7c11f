/** Settings of the two suites: the connection, as in the gateway's configuration, and what a test run needs beside it. */
import { compileSchema } from '../../../src/contract/compile.ts';
import { configIssue } from '../../../src/contract/config-issue.ts';
import type { Issue, Text } from '../../../src/contract/errors/types.ts';
import { isValidationError, ValidationError, type Validate } from '../../../src/contract/validate.ts';
import { configure, dvcqgConfigSchema, type DvcqgConfig } from '../config.ts';

const described = (text: Text, schema: Record<string, unknown>) => ({ ...schema, description: text.en, 'x-description-vi': text.vi });

const dossier = described({ vi: 'Mã một hồ sơ đang có ở hệ thống được kiểm tra.', en: 'Number of a dossier that is at the system under test.' }, { type: 'string', minLength: 1, maxLength: 50 });
const prefix = described({ vi: 'Đầu mã của hồ sơ kiểm thử.', en: 'What numbers of test dossiers begin with.' }, { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9.]{2,19}$', default: 'KIEMTHU' });
const PREFIX = 'KIEMTHU';

/** Everything a run against the portal, or against an implementation of it, needs. */
export interface PortalSettings {
  connection: DvcqgConfig;
  dossier: string | undefined;
  procedure: string | undefined;
  prefix: string;
  sessionWaitSeconds: number;
}

const portalOwn = {
  dossier,
  prefix,
  procedure: described({ vi: 'Mã thủ tục quốc gia dùng cho hồ sơ kiểm thử; mặc định: thủ tục đầu tiên của danh mục.', en: 'National procedure code for test dossiers; default: the first of the catalogue.' }, { type: 'string', pattern: '^\\d\\.\\d{6}(\\.[0-9A-Z]+)*$' }),
  sessionWaitSeconds: described({ vi: 'Chờ bao lâu để phiên hết hạn (giây); 0: không kiểm tra.', en: 'How long to wait for a session to expire (seconds); 0: not tested.' }, { type: 'integer', minimum: 0, maximum: 7_200, default: 0 }),
};
/** The target and the limits are the run's, and a façade has no sessions to look at. */
const { baseUrl: _target, mode: _mode, facade: _facade, connectTimeoutMs: _connect, readTimeoutMs: _read, connections: _sockets, maxResponseBytes: _size, ...connection } = dvcqgConfigSchema['properties'] as Record<string, Record<string, unknown>>;

export const portalSchema: Record<string, unknown> = {
  type: 'object', additionalProperties: false, required: ['agencyCode', 'username', 'password'],
  properties: { ...connection, ...portalOwn },
};

/** @throws ValidationError in the codes of a configuration */
function checked<T>(validate: Validate<T>, raw: unknown): T {
  const result = validate(raw);
  if (result.ok) return result.value;
  throw new ValidationError(result.issues.map(configIssue));
}

let portal: Validate<Partial<PortalSettings>> | undefined;
export function configurePortal(raw: Record<string, unknown>, target: string): PortalSettings {
  // Both schemas are asked, so that every fault is told at once: the connection's own checks reach further than its schema.
  const own = Object.fromEntries(Object.entries(raw).filter(([name]) => Object.hasOwn(portalOwn, name)));
  const rest = Object.fromEntries(Object.entries(raw).filter(([name]) => Object.hasOwn(connection, name)));
  const issues: Issue[] = [];
  const collect = <T>(make: () => T): T | undefined => {
    try {
      return make();
    } catch (error) {
      if (!isValidationError(error)) throw error;
      issues.push(...error.issues.filter((found) => !issues.some((other) => other.pointer === found.pointer)));
      return undefined;
    }
  };
  const given = collect(() => checked((portal ??= compileSchema(portalSchema)), raw));
  const line = collect(() => configure({ ...rest, baseUrl: target }));
  if (given === undefined || line === undefined || issues.length > 0) throw new ValidationError(issues);
  const { prefix: head = PREFIX, dossier: known, procedure, sessionWaitSeconds = 0 } = own as Partial<PortalSettings>;
  return { connection: line, dossier: known, procedure, prefix: head, sessionWaitSeconds };
}

/** Everything a run against a province's endpoint needs. */
export interface ProvinceSettings {
  agencyCode: string;
  apiKey: string | undefined;
  apiKeyHeader: string;
  headers: Record<string, string>;
  dossier: string | undefined;
  prefix: string;
  hugeBytes: number;
  tls?: DvcqgConfig['tls'];
}

export const provinceSchema: Record<string, unknown> = {
  type: 'object', additionalProperties: false,
  properties: {
    agencyCode: { ...(connection['agencyCode'] ?? {}), default: '000.00.00.H99' },
    apiKey: described({ vi: 'Khóa để gọi vào, nếu có.', en: 'Key for calling in, where there is one.' }, { type: 'string', minLength: 1, maxLength: 2_000, writeOnly: true }),
    apiKeyHeader: described({ vi: 'Header mang khóa; authorization thì thêm “Bearer”.', en: 'Header that carries the key; authorization gets “Bearer” before it.' }, { type: 'string', pattern: '^[A-Za-z0-9-]{1,60}$', default: 'authorization' }),
    headers: described({ vi: 'Header gửi kèm mọi lời gọi.', en: 'Headers sent with every call.' }, { type: 'object', maxProperties: 20, additionalProperties: { type: 'string', maxLength: 2_000 }, writeOnly: true }),
    dossier,
    prefix,
    tls: connection['tls'] ?? {},
    hugeBytes: described({ vi: 'Kích thước của gói tin quá lớn (byte).', en: 'Size of the oversized body (bytes).' }, { type: 'integer', minimum: 10_000, maximum: 104_857_600, default: 2_097_152 }),
  },
};

let province: Validate<Partial<ProvinceSettings>> | undefined;
export function configureProvince(raw: Record<string, unknown>): ProvinceSettings {
  const given = checked((province ??= compileSchema(provinceSchema)), raw);
  return { agencyCode: '000.00.00.H99', apiKeyHeader: 'authorization', headers: {}, prefix: PREFIX, hugeBytes: 2_097_152, apiKey: undefined, dossier: undefined, ...given };
}
