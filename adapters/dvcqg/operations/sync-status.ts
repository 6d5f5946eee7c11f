/** DongBoTrangThaiHoSo: the state of a dossier that was filed on the portal itself (fact sheet 3.3). Only type "2" is known. */
import { defineOperation } from '../../../src/adapter/define.ts';
import { ValidationError } from '../../../src/contract/validate.ts';
import type { DossierStatus, FileRef, Instant } from '../../../src/model/canonical.ts';
import { classifyAnswer } from '../classify.ts';
import { boolText, LIMITS, PROMOTION_STATUS } from '../codes.ts';
import type { DvcqgConfig } from '../config.ts';
import { statusRequest, type PhanHoi, type StatusRequest } from '../contract.ts';
import { linkOf, nationalStatus } from '../encode.ts';
import { cut, identifier, text, time, type Findings } from '../fields.ts';
import { DongBoTrangThaiHoSoResponse } from '../generated/validators.js';
import { STATUS_SYNC_DECISION } from '../lost-replies.ts';
import { check, head } from './common.ts';

export interface StatusInput {
  /** the number that the portal gave */
  nationalCode: string;
  /** our own number */
  code: string;
  technicalId?: string;
  note?: string;
  at: Instant;
  status: DossierStatus;
  subStatus?: string;
  files?: FileRef[];
}

function encodeStatus(input: StatusInput, config: DvcqgConfig): StatusRequest['data'] {
  const found: Findings = { issues: [], warnings: undefined };
  const status = nationalStatus(input.status, input.subStatus, '/status', config, found);
  const data: StatusRequest['data'] = {
    MaHoSo: identifier(input.nationalCode, LIMITS.MaHoSo, '/nationalCode', found),
    MaHoSoDonVi: identifier(input.code, LIMITS.MaHoSo, '/code', found),
    MaDoiTuong: text(input.technicalId),
    NoiDung: text(input.note),
    NgayXuLy: time(input.at, '/at', found),
    TrangThai: PROMOTION_STATUS[status],
    TaiLieuXuLy: (input.files ?? []).flatMap((file) => {
      const link = linkOf(file, config);
      return link === '' ? [] : [{ TepDinhKemId: file.id ?? '', TenTepDinhKem: cut(file.name || file.id || 'tep', LIMITS.TenTepDinhKem), IsDeleted: boolText(file.deleted === true), MaThanhPhanHoSo: '', DuongDanTaiTepTin: link }];
    }),
  };
  if (found.issues.length > 0) throw new ValidationError(found.issues);
  return data;
}

export const syncStatus = defineOperation<StatusInput, StatusRequest, PhanHoi, { nationalCode: string }, DvcqgConfig>({
  id: 'syncStatus',
  title: { vi: 'Đồng bộ trạng thái hồ sơ nộp trên Cổng DVCQG', en: 'Synchronise the state of a dossier filed on the portal' },
  access: 'write',
  idempotency: { kind: 'upsert', why: { vi: 'Đặt trạng thái của hồ sơ, không thêm bước.', en: 'Sets the state of the dossier; appends nothing.' } },
  ordering: 'dossier',
  coalesce: 'never',
  batch: { max: 1 },
  request: statusRequest,
  response: check<PhanHoi>(DongBoTrangThaiHoSoResponse as never),
  encode: (inputs, { config }) => ({ ...head(config, 'DongBoTrangThaiHoSo'), type: '2', data: encodeStatus(inputs[0] as StatusInput, config) }),
  classify: (result) => classifyAnswer<PhanHoi>(result, 'write'),
  decode: (_response, inputs) => ({ nationalCode: inputs[0]?.nationalCode ?? '' }),
  lostReply: () => STATUS_SYNC_DECISION,
});
