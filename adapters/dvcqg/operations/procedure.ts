/** LayThuTuc: a national procedure, read leniently: numbers come as text or number, lists may be missing or null (fact sheet 3.5). */
import { issue } from '../../../src/contract/errors/issue.ts';
import { intOf, listOf, resultItems, textOf } from '../answer.ts';
import { classifyAnswer } from '../classify.ts';
import { CHANNEL_TABLE } from '../codes.ts';
import type { PhanHoi } from '../contract.ts';
import { LayThuTucRequest, LayThuTucResponse } from '../generated/validators.js';
import type { CodeName, Channel } from '../../../src/model/canonical.ts';
import { check, defineRead, head } from './common.ts';

export interface ProcedureFee { code: string; amount?: number; unit: string; description: string }
export interface ProcedureDuration { channel?: Channel; amount?: number; unit: string; description: string; fees: ProcedureFee[] }
export interface ProcedurePaper { code: string; name: string; originals?: number; copies?: number; formName: string; formUrl: string; replacedByResult: string; caseName: string }
export interface NationalProcedure {
  code: string;
  name: string;
  /** TRANGTHAI 1; everything else is not public (quirk 19) */
  public: boolean;
  publishingAgencyCode: string;
  sectors: CodeName[];
  /** 0 ministry, 1 province, 2 district, 3 commune */
  levels: { code: string; name: string }[];
  applicants: CodeName[];
  agencies: CodeName[];
  durations: ProcedureDuration[];
  papers: ProcedurePaper[];
  results: { code: string; name: string }[];
  legalBases: { number: string; name: string; issuedBy: string; issuedOn: string; effectiveOn: string }[];
  /** everything as received: conditions and descriptions may hold HTML */
  raw: Record<string, unknown>;
}

type Item = Record<string, unknown>;
const codeNames = (list: unknown, code: string, name: string): { code: string; name: string }[] =>
  listOf(list).map((item) => ({ code: textOf(item[code]), name: textOf(item[name]) }));
const count = <K extends string>(key: K, value: unknown): Partial<Record<K, number>> => {
  const n = intOf(value);
  return (n === undefined ? {} : { [key]: n }) as Partial<Record<K, number>>;
};

function durations(list: unknown): ProcedureDuration[] {
  return listOf(list).flatMap((way) => {
    const channel = CHANNEL_TABLE.decode(textOf(way['KENH']));
    return listOf(way['THOIGIAN']).map((time) => ({
      ...(channel === undefined ? {} : { channel }),
      ...count('amount', time['THOIGIANGIAIQUYET']),
      unit: textOf(time['DONVITINH']),
      description: textOf(time['MOTA']),
      fees: listOf(time['PHILEPHI']).map((fee) => ({ code: textOf(fee['MAPHILEPHI']), ...count('amount', fee['SOTIEN']), unit: textOf(fee['DONVI']), description: textOf(fee['MOTA']) })),
    }));
  });
}

function papers(list: unknown): ProcedurePaper[] {
  return listOf(list).flatMap((group) => listOf(group['GIAYTO']).map((paper) => ({
    code: textOf(paper['MAGIAYTO']),
    name: textOf(paper['TENGIAYTO']),
    ...count('originals', paper['SOBANCHINH']),
    ...count('copies', paper['SOBANSAO']),
    formName: textOf(paper['TENMAUDON']),
    formUrl: textOf(paper['URL']),
    replacedByResult: textOf(paper['MA_KQ_THAYTHE']),
    caseName: textOf(group['TRUONGHOP']),
  })));
}

export function decodeProcedure(item: Item): NationalProcedure {
  return {
    code: textOf(item['MATTHC']),
    name: textOf(item['TENTTHC']),
    public: textOf(item['TRANGTHAI']) === '1',
    publishingAgencyCode: textOf(item['MACOQUANCONGBO']),
    sectors: codeNames(item['LINHVUCTHUCHIEN'], 'MALINHVUC', 'TENLINHVUC'),
    levels: codeNames(item['CAPTHUCHIEN'], 'CAPTHUCHIEN', 'TENCAP'),
    applicants: codeNames(item['DOITUONGTHUCHIEN'], 'MADOITUONG', 'TENDOITUONG'),
    agencies: codeNames(item['COQUANTHUCHIEN'], 'MADONVI', 'TENDONVI'),
    durations: durations(item['CACHTHUCTHUCHIEN']),
    papers: papers(item['THANHPHANHOSO']),
    results: codeNames(item['KETQUATHUCHIEN'], 'MAKETQUA', 'TENKETQUA'),
    legalBases: listOf(item['CANCUPHAPLY']).map((basis) => ({
      number: textOf(basis['SOVANBAN']), name: textOf(basis['TENVANBAN']), issuedBy: textOf(basis['COQUANBANHANH']),
      issuedOn: textOf(basis['NGAYBANHANH']), effectiveOn: textOf(basis['NGAYHIEULUC']),
    })),
    raw: item,
  };
}

/** The list holds one procedure; senders exist that put others beside it. */
const itemFor = (response: PhanHoi, code: string): Item | undefined => {
  const items = resultItems(response.result) ?? [];
  return items.find((item) => textOf(item['MATTHC']) === code) ?? items[0];
};

export const getProcedure = defineRead<{ code: string }, { session: string; madonvi: string; service: 'LayThuTuc'; maTTHC: string }, PhanHoi, NationalProcedure>({
  id: 'getProcedure',
  title: { vi: 'Lấy thông tin thủ tục quốc gia', en: 'Read a national procedure' },
  request: check(LayThuTucRequest),
  response: check<PhanHoi>(LayThuTucResponse as never),
  encode: ({ code }, config) => ({ ...head(config, 'LayThuTuc'), maTTHC: code }),
  classify(result, request) {
    const answer = classifyAnswer<PhanHoi>(result, 'read');
    if (answer.kind !== 'accepted') return answer;
    return itemFor(answer.response, request.maTTHC) === undefined ? { kind: 'rejected', issues: [issue('LT-DVCQG-NOT-FOUND', '/code')] } : answer;
  },
  decode: (response, { code }) => decodeProcedure(itemFor(response, code) ?? {}),
});
