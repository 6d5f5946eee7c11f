/** The part of the configuration that concerns calls of the land system and of the portal to us. What the sources leave open is a setting (U2, U5–U7). */
import { PAUSE_STATUSES, PROVINCE_STATUSES, type PauseStatus } from './status.ts';

export interface OfficerConfig {
  /** user name at the land system */
  code: string;
  name: string;
  office?: string;
  position?: string;
  /** GUID, which the tax step through ILIS wants in the place of the user name */
  id?: string;
}

export interface InboundConfig {
  /** of I1–I12: in the path, or in the query. Absent: those calls are refused */
  securityCode?: string;
  /** of the ILIS tax callback (`CodeGet`). Absent: refused */
  codeGet?: string;
  /** of the portal's tax pushes (`SecurityKey`). Absent: refused */
  taxSecurityKey?: string;
  /** taken as well while the other side changes over to a new secret */
  previousSecrets?: { securityCode?: string; codeGet?: string; taxSecurityKey?: string };
  /** HMAC-SHA-256 over the body of each POST in a header, hex or base64, for installations with something in front that signs */
  signature?: { header: string; key: string };
  /** U2 */
  replyNames: 'camel' | 'pascal';
  /** `refuse`: “User Not Found.” for officers that are not among `officers` */
  unknownOfficers: 'take' | 'refuse';
  /** U3: what a time of I1–I5 is that names no offset */
  inboundTime: 'utc' | 'vietnam';
  /** U6: what a pause is to the province */
  pauseStatus: PauseStatus;
  /** U7: dossiers that began in the land system and that we do not know */
  unknownFromLand: 'acknowledge' | 'refuse';
  /** I10 */
  officers: readonly OfficerConfig[];
  /** I11, beside the procedures that dossiers are sent with */
  procedureCases: readonly { code: string; name: string }[];
  /** I12 */
  statuses: readonly { code: string; name: string }[];
}

export const INBOUND_DEFAULTS: InboundConfig = {
  replyNames: 'camel', // what the reference's serializer writes, though it declares the other (1.6b)
  unknownOfficers: 'take', // the reference refuses, partly after it has changed the dossier (2.5); its two user tables differ (6.4)
  inboundTime: 'utc', // the reference adds seven hours (1.7)
  pauseStatus: 'SUPPLEMENT_REQUIRED', // what the reference does with it (3.2)
  unknownFromLand: 'acknowledge', // the reference always answers 1 (2.10)
  officers: [],
  procedureCases: [],
  statuses: PROVINCE_STATUSES.rows().map(({ wire, meaning }) => ({ code: wire, name: meaning?.vi ?? wire })),
};

const described = (vi: string, en: string, schema: Record<string, unknown>) => ({ ...schema, description: en, 'x-description-vi': vi });
/** As a segment of a path it must need no escaping; a router cuts longer ones off. */
const secret = { type: 'string', minLength: 8, maxLength: 100, pattern: '^[A-Za-z0-9._~-]+$', writeOnly: true };
/** Of a body: any letters that can be seen. */
const key = { ...secret, pattern: '^[!-~]+$' };
const code = { type: 'string', minLength: 1, maxLength: 100 };
const name = { type: 'string', minLength: 1, maxLength: 500 };
const list = (properties: Record<string, unknown>, required: readonly string[]) => ({ type: 'array', maxItems: 10_000, items: { type: 'object', additionalProperties: false, required, properties } });

/** Properties of the configuration's JSON Schema. */
export const inboundConfigProperties: Record<string, unknown> = {
  securityCode: described('Mã bí mật của các lời gọi từ hệ thống đất đai (I1–I12). Không có thì từ chối.', 'Secret of the land system’s calls to us (I1–I12). Without it they are refused.', secret),
  codeGet: described('Mã bí mật CodeGet của kết quả thuế qua ILIS. Không có thì từ chối.', 'Secret CodeGet of the ILIS tax callback. Without it the call is refused.', secret),
  taxSecurityKey: described('SecurityKey của gói tin thuế từ Cổng DVCQG. Không có thì từ chối.', 'SecurityKey of the portal’s tax pushes. Without it they are refused.', key),
  previousSecrets: described('Bí mật cũ, vẫn nhận trong lúc bên kia chuyển sang bí mật mới; xong thì bỏ.', 'Old secrets, taken as well while the other side changes over; to be removed afterwards.', {
    type: 'object', additionalProperties: false, writeOnly: true,
    properties: {
      securityCode: described('securityCode cũ.', 'The old securityCode.', secret), codeGet: described('codeGet cũ.', 'The old codeGet.', secret), taxSecurityKey: described('taxSecurityKey cũ.', 'The old taxSecurityKey.', key),
    },
  }),
  signature: described('Chữ ký HMAC-SHA-256 trên nội dung POST, khi có hệ thống ký ở phía trước.', 'HMAC-SHA-256 over the body of each POST, where something in front signs.', {
    type: 'object', additionalProperties: false, required: ['header', 'key'],
    properties: { header: { type: 'string', pattern: '^[A-Za-z0-9-]{1,100}$' }, key: { type: 'string', minLength: 32, maxLength: 500, writeOnly: true } },
  }),
  replyNames: described('Kiểu chữ tên trường trong trả lời: result hay Result (U2).', 'Case of names in our replies: result or Result (U2).', { type: 'string', enum: ['camel', 'pascal'], default: INBOUND_DEFAULTS.replyNames }),
  unknownOfficers: described('Cán bộ không có trong danh mục: nhận, hoặc trả lời “User Not Found.”.', 'Officers who are not in the list: take the call, or answer “User Not Found.”.', { type: 'string', enum: ['take', 'refuse'], default: INBOUND_DEFAULTS.unknownOfficers }),
  inboundTime: described('Giờ gọi đến không ghi múi giờ: UTC, hoặc giờ Việt Nam (U3).', 'Times of the calls to us that name no offset: UTC, or Vietnam time (U3).', { type: 'string', enum: ['utc', 'vietnam'], default: INBOUND_DEFAULTS.inboundTime }),
  pauseStatus: described('Trạng thái của tỉnh khi hồ sơ bị tạm dừng, LaTamDung (U6).', 'The province’s status of a paused dossier, LaTamDung (U6).', { type: 'string', enum: [...PAUSE_STATUSES], default: INBOUND_DEFAULTS.pauseStatus }),
  unknownFromLand: described('Hồ sơ phát sinh từ hệ thống đất đai mà ta chưa có (U7): xác nhận, hoặc từ chối.', 'A dossier that began in the land system and is not known here (U7): acknowledge, or refuse.', { type: 'string', enum: ['acknowledge', 'refuse'], default: INBOUND_DEFAULTS.unknownFromLand }),
  officers: described('Danh mục người dùng (I10).', 'Catalogue of officers (I10).', list({ code, name, office: name, position: name, id: code }, ['code', 'name'])),
  procedureCases: described('Trường hợp thủ tục thêm vào danh mục I11.', 'Procedure cases listed in I11 beside those that dossiers are sent with.', list({ code, name }, ['code', 'name'])),
  statuses: described('Danh mục trạng thái (I12), thay danh mục mặc định.', 'Catalogue of statuses (I12); replaces the default one.', { ...list({ code, name }, ['code', 'name']), minItems: 1 }),
};

/** Fills the defaults of a part that has passed the schema. */
export const inboundConfigOf = (given: Partial<InboundConfig>): InboundConfig => ({ ...INBOUND_DEFAULTS, ...given });
