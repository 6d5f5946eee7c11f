/** Our replies, to the letter of the reference (fact sheet 1.6 and 6.1): the land system tells what happened by them alone. */
import type { InboundReply } from '../../../src/adapter/types.ts';
import type { InboundConfig } from '../inbound-config.ts';

/** What the land system has been seen to get. */
export const WORDS = {
  wrongCode: 'Mã bảo mật không chính xác',
  wrongCatalogueCode: 'Mã xác thực không chính xác',
  noDossier: 'Không tìm thấy hồ sơ!',
  noNumber: 'Không có số biên nhận',
  noOfficer: 'User Not Found.',
  noNotices: 'Không có thông tin thông báo thuế',
  noTaxDossier: 'Hồ sơ không tồn tại hoặc đã bị xóa',
  failed: 'Có lỗi xảy ra khi thực hiện xử lý',
  wrongKey: '401 Unauthorized - Error Security Code',
} as const;

export const textReply = (status: number, text: string): InboundReply => ({ status, body: text });

/** Names of the first level in the case that the installation expects (U2). */
function named(fields: Readonly<Record<string, unknown>>, { replyNames }: Pick<InboundConfig, 'replyNames'>): Record<string, unknown> {
  return replyNames === 'pascal' ? { ...fields } : Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.slice(0, 1).toLowerCase() + name.slice(1), value]));
}

/** 1.6b. */
export const resultReply = (config: Pick<InboundConfig, 'replyNames'>, result: 0 | 1, message: string | null = null, status = 200): InboundReply =>
  ({ status, body: named({ Result: result, Message: message }, config) });

/** 1.6c. */
export const catalogueReply = (config: Pick<InboundConfig, 'replyNames'>, items: readonly Readonly<Record<string, unknown>>[]): InboundReply =>
  ({ status: 200, body: named({ Result: 1, Message: null, Data: items.map((item) => named(item, config)) }, config) });

/** What ASP.NET answers by itself to fields that are not there. */
export const missingReply = (fields: readonly string[]): InboundReply => ({
  status: 400,
  body: {
    type: 'https://tools.ietf.org/html/rfc7231#section-6.5.1', title: 'One or more validation errors occurred.', status: 400,
    errors: Object.fromEntries(fields.map((field) => [field, [field === '' ? 'A non-empty request body is required.' : `The ${field} field is required.`]])),
  },
});

/** 5.3: 201 whatever comes of it. */
export const taxReply = (message: string | null = null): InboundReply => ({ status: 201, body: { succeeded: message === null, failed: message !== null, message, data: null } });

/** While nothing can be kept: asked again, in words of the same kind. */
export const laterReply = (): InboundReply => textReply(503, 'Hệ thống tạm thời chưa ghi nhận được, vui lòng gửi lại');
