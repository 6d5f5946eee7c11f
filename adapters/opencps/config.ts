/** Configuration of one OpenCPS installation. README.md gives each key with its reason. */
import type { TlsFiles } from '../../src/adapter/tls.ts';
import { compileSchema } from '../../src/contract/compile.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import type { Issue } from '../../src/contract/errors/types.ts';
import { ValidationError } from '../../src/contract/validate.ts';
import { DOSSIER_STATUSES, type CodeName, type DossierStatus, type ServiceLevel } from '../../src/model/canonical.ts';
import { DEFAULT_STATUS_MAP, type StatusMeaning } from './codes.ts';

/** What is read of a dossier beside itself. */
export const PARTS = ['actions', 'logs', 'files', 'payments'] as const;
export type Part = (typeof PARTS)[number];
export const SINCE_FORMATS = ['yyyyMMddHHmmss', 'dd/MM/yyyy HH:mm:ss', 'iso', 'epoch'] as const;
export type SinceFormat = (typeof SINCE_FORMATS)[number];

export interface ProcedureRow { code?: string; name?: string; sector?: CodeName; level?: ServiceLevel }

export interface PollConfig {
  pageSize: number;
  /** how far before the cursor each poll begins again */
  overlapMs: number;
  /** query parameter that takes the lower bound of modifiedDate; '' reads everything each time */
  sinceParam: string;
  sinceFormat: SinceFormat;
  sort: string;
  order: string;
  /** 'detail' reads each dossier and its parts; 'list' takes the list's rows as they are */
  read: 'detail' | 'list';
  parts: readonly Part[];
  /** dossiers read at the same time */
  concurrency: number;
}

export interface OpencpsConfig {
  /** absent when only files are imported */
  baseUrl?: string;
  basePath: string;
  token?: string;
  groupId?: string;
  sourceSystem: string;
  statusMap: ReadonlyMap<string, StatusMeaning>;
  /** status after an action, by the step it leads to; for installations whose actions do not carry it */
  stepStatusMap: ReadonlyMap<string, StatusMeaning>;
  /** local procedure code → national code and what else the record lacks */
  procedures: ReadonlyMap<string, ProcedureRow>;
  /** local paper code → national one; '' when there is none */
  papers: ReadonlyMap<string, string>;
  /** download address of a file without one; `{dossierId}` and `{referenceUid}` are filled in */
  fileUrl?: string;
  /** level-1 agency codes accepted beside the catalogue */
  extraLevel1: readonly string[];
  connectTimeoutMs: number;
  readTimeoutMs: number;
  maxResponseBytes: number;
  tls?: TlsFiles;
  poll: PollConfig;
}

const TEXT = { type: 'string', minLength: 1 } as const;
const STATUS_MEANING = {
  oneOf: [
    { enum: [...DOSSIER_STATUSES] },
    { type: 'object', additionalProperties: false, required: ['status'], properties: { status: { enum: [...DOSSIER_STATUSES] }, subStatus: TEXT } },
  ],
};

/** JSON Schema of what an operator writes. */
export const configSchema: Record<string, unknown> = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  properties: {
    baseUrl: { type: 'string', pattern: '^https?://[^\\s]+$', description: 'Address of the OpenCPS server; not needed to import files', 'x-description-vi': 'Địa chỉ máy chủ OpenCPS; không cần khi chỉ nhập tệp' },
    basePath: { type: 'string', pattern: '^/', description: 'Path of the REST API', 'x-description-vi': 'Đường dẫn của REST API' },
    token: { ...TEXT, writeOnly: true, description: 'Bearer token of the integration account', 'x-description-vi': 'Bearer token của tài khoản tích hợp' },
    groupId: { type: ['string', 'integer'], description: 'Liferay site whose dossiers are read', 'x-description-vi': 'Site Liferay có các hồ sơ cần đọc' },
    sourceSystem: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$', description: 'Name of this installation in the ledger', 'x-description-vi': 'Tên của hệ thống này trong sổ cái' },
    statusMap: { type: 'object', additionalProperties: STATUS_MEANING, description: 'status or status/subStatus → canonical; added to the defaults', 'x-description-vi': 'trạng thái hoặc trạng thái/trạng thái con → trạng thái chuẩn; thêm vào bảng mặc định' },
    stepStatusMap: { type: 'object', additionalProperties: STATUS_MEANING, description: 'step code → canonical status after it', 'x-description-vi': 'mã bước → trạng thái chuẩn sau bước đó' },
    procedures: {
      type: 'object', description: 'local procedure code → national code, or an object with what the records lack', 'x-description-vi': 'mã thủ tục địa phương → mã quốc gia, hoặc đối tượng có những gì bản ghi thiếu',
      additionalProperties: {
        oneOf: [TEXT, {
          type: 'object', additionalProperties: false,
          properties: {
            code: TEXT, name: TEXT, level: { enum: ['INFO', 'PARTIAL', 'FULL'] },
            sector: { type: 'object', additionalProperties: false, required: ['code'], properties: { code: TEXT, name: TEXT } },
          },
        }],
      },
    },
    papers: { type: 'object', additionalProperties: { type: 'string' }, description: 'local paper code → national code, "" for none', 'x-description-vi': 'mã giấy tờ địa phương → mã quốc gia, "" là không có' },
    fileUrl: { type: 'string', pattern: '^https?://[^\\s]+$', description: 'Download address for files without one, with {dossierId} and {referenceUid}', 'x-description-vi': 'Địa chỉ tải của tệp không ghi địa chỉ, có {dossierId} và {referenceUid}' },
    extraLevel1: { type: 'array', items: { type: 'string', pattern: '^[A-Z]\\d{2}$' }, description: 'Level-1 agency codes accepted beside the catalogue', 'x-description-vi': 'Mã cơ quan cấp 1 được nhận ngoài danh mục' },
    connectTimeoutMs: { type: 'integer', minimum: 1, description: 'Connect timeout, ms', 'x-description-vi': 'Hạn kết nối, ms' },
    readTimeoutMs: { type: 'integer', minimum: 1, description: 'Read timeout, ms', 'x-description-vi': 'Hạn chờ trả lời, ms' },
    maxResponseBytes: { type: 'integer', minimum: 1024, description: 'Largest answer, bytes', 'x-description-vi': 'Kích thước trả lời tối đa, byte' },
    tls: { type: 'object', description: 'TLS material', 'x-description-vi': 'Chứng thư TLS', additionalProperties: false, properties: { caFile: TEXT, certFile: TEXT, keyFile: TEXT, serverName: TEXT } },
    poll: {
      type: 'object', description: 'How changes are polled', 'x-description-vi': 'Cách đọc thay đổi định kỳ', additionalProperties: false,
      properties: {
        pageSize: { type: 'integer', minimum: 1, maximum: 10_000 },
        overlapMinutes: { type: 'number', minimum: 0, maximum: 10_080 },
        sinceParam: { type: 'string' },
        sinceFormat: { enum: [...SINCE_FORMATS] },
        sort: { type: 'string' },
        order: { type: 'string' },
        read: { enum: ['detail', 'list'] },
        parts: { type: 'array', uniqueItems: true, items: { enum: [...PARTS] } },
        concurrency: { type: 'integer', minimum: 1, maximum: 32 },
      },
    },
  },
};

type MeaningInput = DossierStatus | StatusMeaning;
interface ConfigInput extends Partial<Omit<OpencpsConfig, 'statusMap' | 'stepStatusMap' | 'procedures' | 'papers' | 'groupId' | 'poll'>> {
  groupId?: string | number;
  statusMap?: Record<string, MeaningInput>;
  stepStatusMap?: Record<string, MeaningInput>;
  procedures?: Record<string, string | ProcedureRow>;
  papers?: Record<string, string>;
  poll?: Partial<Omit<PollConfig, 'overlapMs'>> & { overlapMinutes?: number };
}

const check = compileSchema<ConfigInput>(configSchema);
const MINUTE = 60_000;

const meanings = (table: Readonly<Record<string, MeaningInput>>): [string, StatusMeaning][] =>
  Object.entries(table).map(([word, meaning]) => [word, typeof meaning === 'string' ? { status: meaning } : meaning]);

/**
 * @param raw as the operator wrote it; `undefined` or {} is enough to import files
 * @throws ValidationError with every fault at once
 */
export function configure(raw: unknown): OpencpsConfig {
  const checked = check(raw ?? {});
  if (!checked.ok) throw new ValidationError(checked.issues.map((i) => ({ ...i, code: 'LT-OPENCPS-CONFIG' })));
  const input = checked.value;
  const issues: Issue[] = [];
  if (input.baseUrl !== undefined && !URL.canParse(input.baseUrl)) issues.push(issue('LT-OPENCPS-CONFIG', '/baseUrl'));
  if (input.baseUrl !== undefined && input.token === undefined) issues.push(issue('LT-OPENCPS-CONFIG', '/token', { vi: 'cần có khi có baseUrl', en: 'needed beside baseUrl' }));
  if (input.baseUrl !== undefined && input.groupId === undefined) issues.push(issue('LT-OPENCPS-CONFIG', '/groupId', { vi: 'cần có khi có baseUrl', en: 'needed beside baseUrl' }));
  if (issues.length > 0) throw new ValidationError(issues);
  const { poll = {} } = input;
  return {
    ...(input.baseUrl === undefined ? {} : { baseUrl: input.baseUrl }),
    ...(input.token === undefined ? {} : { token: input.token }),
    ...(input.groupId === undefined ? {} : { groupId: String(input.groupId) }),
    ...(input.fileUrl === undefined ? {} : { fileUrl: input.fileUrl }),
    ...(input.tls === undefined ? {} : { tls: input.tls }),
    basePath: (input.basePath ?? '/o/rest/v2').replace(/\/+$/, ''),
    sourceSystem: input.sourceSystem ?? 'opencps',
    statusMap: new Map([...meanings(DEFAULT_STATUS_MAP), ...meanings(input.statusMap ?? {})]),
    stepStatusMap: new Map(meanings(input.stepStatusMap ?? {})),
    procedures: new Map(Object.entries(input.procedures ?? {}).map(([code, row]) => [code, typeof row === 'string' ? { code: row } : row])),
    papers: new Map(Object.entries(input.papers ?? {})),
    extraLevel1: input.extraLevel1 ?? [],
    connectTimeoutMs: input.connectTimeoutMs ?? 5_000,
    readTimeoutMs: input.readTimeoutMs ?? 60_000,
    maxResponseBytes: input.maxResponseBytes ?? 32 * 1024 * 1024,
    poll: {
      pageSize: poll.pageSize ?? 100,
      overlapMs: (poll.overlapMinutes ?? 10) * MINUTE,
      sinceParam: poll.sinceParam ?? 'modifiedSince',
      sinceFormat: poll.sinceFormat ?? 'yyyyMMddHHmmss',
      sort: poll.sort ?? 'modifiedDate',
      order: poll.order ?? 'false',
      read: poll.read ?? 'detail',
      parts: poll.parts ?? PARTS,
      concurrency: poll.concurrency ?? 4,
    },
  };
}
