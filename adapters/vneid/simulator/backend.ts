/** The simulated judicial-record software (fact sheet 2.6, 2.7): takes dossiers once, and has a state of each by the clock, a certificate at the end. */
import { inventedPdf } from '../../../src/adapter/invented-pdf.ts';
import type { Random } from '../../../src/adapter/random.ts';
import { formatTime, instantFromEpoch } from '../../../src/model/time.ts';
import type { BackendState, Settings } from './options.ts';
import type { Fields } from './people.ts';

/** Until it has come to anything. */
const IN_PROCESS = '4';

export interface BackendCase {
  code: string;
  /** how often it was handed over and taken */
  pushes: number;
  /** how often the certificate was made, and when last, ms */
  issues: number;
  issuedAt: number;
}
interface Work extends BackendCase {
  form: string;
  random: Random;
  /** states that are still to come, and the one that holds */
  ahead: BackendState[];
  state: string;
  /** ms; Infinity while it waits for the dossier, or is done */
  nextAt: number;
}

export function createBackend(settings: Settings, now: () => number) {
  const cases = new Map<string, Work>();

  function schedule(work: Work, since: number): void {
    const [least, most] = settings.resultAfterMs;
    work.nextAt = work.ahead.length === 0 || work.state === '5' ? Number.POSITIVE_INFINITY : since + least + Math.round(work.random.next() * (most - least));
  }
  function issue(one: Work, at: number): void {
    one.issues += 1;
    one.issuedAt = at;
  }
  /** What has come about by now. */
  function work(code: string): Work | undefined {
    const one = cases.get(code);
    while (one !== undefined && one.nextAt <= now()) {
      const since = one.nextAt;
      one.state = one.ahead.shift() ?? one.state;
      if ((one.state === '9' || one.state === '10') && one.issues === 0) issue(one, since);
      schedule(one, since);
    }
    return one;
  }

  /** The certificate of a dossier, the same each time until it is issued anew. */
  function certificate({ code, issues, issuedAt, form }: Work): Fields {
    const random = settings.random.fork(`certificate:${code}:${issues}`);
    const number = `${String(1 + random.int(9000)).padStart(4, '0')}/2025/TMAU-TP`;
    const isConvicted = random.next() < settings.chances.convicted;
    return {
      soPhieuLLTP: number, ngayCapPhieu: formatTime(instantFromEpoch(issuedAt), 'dd/MM/yyyy'), loaiPhieu: form, nguoiLapPhieu: 'Nguyễn Văn Lập', nguoiKy: 'Trần Thị Ký', chucVu: 'Phó Giám đốc',
      tinhTrangAnTich: isConvicted ? '1' : '0', tenTinhTrangAnTich: isConvicted ? 'Có án tích' : 'Không có án tích', thongTinCDNCV: '', tenThongTinCDNCV: '',
      thongTinAn: isConvicted ? [{
        soBanAn: '15/2019/HSST', ngayBanAn: '12/03/2019', toaDaTuyen: 'TA01', tenToaDaTuyen: 'Tòa án nhân dân huyện Thử Nghiệm', dsToiDanh: [{ toiDanh: '173', tenToiDanh: 'Tội danh minh họa' }],
        dsHinhPhatChinh: [{ maHinhPhat: '1', tenHinhPhat: 'Phạt tiền', ghiChu: '' }], dsHinhPhatBoSung: null, ngayChapHanh: '30/06/2019', ngayXoaAn: null, dieuKhoan: 'Điều 173', anPhi: 'Đã nộp', nghiaVuDanSu: '', tinhTrangThiHanh: 'Đã chấp hành xong',
      }] : null,
      dsCDNCV: null,
      phieuLLTP: Buffer.from(inventedPdf(`Phieu LLTP ${number} lan ${issues}`, settings.paperBytes), 'latin1').toString('base64'), quyetDinhThuHoi: '',
    };
  }

  return {
    /** @returns false when it has the dossier already and asked for nothing */
    push(code: string, form: string): boolean {
      const known = work(code);
      if (known !== undefined && known.state !== '5') return false;
      const { backendStates, backendStatesOf } = settings;
      const ahead = Object.hasOwn(backendStatesOf, code) ? backendStatesOf[code] : backendStates;
      const one: Work = known ?? { code, pushes: 0, issues: 0, issuedAt: 0, form, random: settings.random.fork(`backend:${code}`), ahead: [...(ahead ?? [])], state: IN_PROCESS, nextAt: 0 };
      one.pushes += 1;
      one.form = form;
      one.state = IN_PROCESS;
      schedule(one, now());
      cases.set(code, one);
      return true;
    },
    /** `value` of an answer to L5; undefined for a dossier that was never handed over */
    read(code: string): Fields[] | undefined {
      const one = work(code);
      if (one === undefined) return undefined;
      return [{ maHoSoMCDT: code, trangThaiXuLy: one.state, ketQuaXuLy: one.state === '9' || one.state === '10' ? certificate(one) : null }];
    },
    stateOf: (code: string): string | undefined => work(code)?.state,
    case: (code: string): BackendCase | undefined => cases.get(code),
    /** the certificate is made anew, as after a correction. @throws TypeError when there is none */
    reissue(code: string): void {
      const one = work(code);
      if (one === undefined || one.issues === 0) throw new TypeError(`${code} has no certificate`);
      issue(one, now());
    },
    count: (): number => cases.size,
    states: (): Record<string, string> => Object.fromEntries([...cases.keys()].map((code) => [code, work(code)?.state ?? ''])),
  };
}
export type Backend = ReturnType<typeof createBackend>;
