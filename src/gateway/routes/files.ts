/** The content of files that the ledger keeps: papers that came inside an upstream's messages. */
import { fileAddress } from '../../model/file-address.ts';
import { isLedgerError } from '../../ledger/errors.ts';
import type { KeptFile } from '../../ledger/files.ts';
import type { GatewayContext, Routes } from '../context.ts';
import { answers, describeRoute } from '../plugins/openapi.ts';
import { ProblemError } from '../problem.ts';

export const fileRoutes: Routes = (app, context) => {
  app.get<{ Params: { id: string } }>('/v1/files/:id', {
    onRequest: context.auth('read'),
    schema: describeRoute('getFile', 'dossiers', { vi: 'Nội dung một tệp mà cổng giữ', en: 'Content of a file that the gateway keeps' }, 'read', {
      params: { type: 'object', required: ['id'], properties: { id: { type: 'string', pattern: '^[0-9a-f]{64}$', description: 'The digits behind lienthong-file: in the url of a file', 'x-description-vi': 'Phần số sau lienthong-file: trong url của tệp' } } },
      response: answers({ 200: { description: 'The bytes, with the media type that they came with / Nội dung tệp, theo kiểu dữ liệu khi nhận', content: { '*/*': { schema: { type: 'string', format: 'binary' } } } } }),
    }, {
      vi: 'Giấy tờ và kết quả mà hệ thống khác gửi trong bản tin: url của tệp trong hồ sơ là "lienthong-file:" kèm mã này. Luôn trả về dưới dạng tệp đính kèm.',
      en: 'Papers and results that other systems send inside their messages: the url of such a file in a dossier is "lienthong-file:" with this id behind it. Always answered as an attachment.',
    }),
  }, async (request, reply) => {
    const file = await read(context, request.params.id);
    // The type is the sender's word: a browser must neither guess another nor show what it names.
    return reply
      .header('content-type', file.mediaType)
      .header('content-disposition', 'attachment')
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'no-store')
      .send(Buffer.from(file.content.buffer, file.content.byteOffset, file.content.byteLength));
  });
};

async function read({ ledger, logger }: GatewayContext, id: string): Promise<KeptFile> {
  try {
    const file = await ledger.readFile(fileAddress(id));
    if (file !== undefined) return file;
  } catch (error) {
    if (!isLedgerError(error) || error.code !== 'LT-LEDGER-UNREADABLE') throw error;
    logger.error({ code: error.code }, 'kept file unreadable');
    throw new ProblemError('LT-GATEWAY-FILE-UNREADABLE');
  }
  throw new ProblemError('LT-GATEWAY-FILE-UNKNOWN');
}
