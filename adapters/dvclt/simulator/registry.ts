/** The simulated civil-status system (fact sheet 3.5, 3.6): takes dossiers once, and has a state of each by the clock, a registration at the end. */
import { inventedPdf } from '../../../src/adapter/invented-pdf.ts';
import type { Random } from '../../../src/adapter/random.ts';
import { isRecord } from '../../../src/contract/is-record.ts';
import { formatTime, instantFromEpoch } from '../../../src/model/time.ts';
import { fieldOf } from './checks.ts';
import type { RegistryState, Settings } from './options.ts';
import { inventedNumber, type Fields } from './people.ts';

/** What K5 brought, its text read. */
export interface Pushed { code: string; module: string; interconnected: string; unit: string; data: Fields; files: number }
export interface RegistryCase {
  code: string;
  module: string;
  interconnected: string;
  /** how often it was handed over and taken */
  pushes: number;
  /** 1 to 6 */
  state: string;
  files: number;
}
interface Work extends RegistryCase {
  pushed: Pushed;
  random: Random;
  /** states that are still to come, and the one that holds since when */
  ahead: RegistryState[];
  now: RegistryState | '1';
  since: number;
  /** ms; Infinity while it waits for the dossier, or is done */
  nextAt: number;
  /** in the register, from 1; 0 before */
  entry: number;
}

const RECEIVED = '1';
const SUPPLEMENT_DAYS = 5;
const DAY_MS = 86_400_000;
const isRegistered = (state: string): boolean => state.startsWith('4');
const dayOf = (ms: number): string => formatTime(instantFromEpoch(ms), 'dd/MM/yyyy');
const timeOf = (ms: number): string => formatTime(instantFromEpoch(ms), 'dd/MM/yyyy HH:mm:ss');

export function createRegistry(settings: Settings, now: () => number) {
  const cases = new Map<string, Work>();
  let entries = 0;

  function schedule(one: Work): void {
    const [least, most] = settings.stepAfterMs;
    const isOver = one.ahead.length === 0 || one.now === '2' || one.now === '6';
    one.nextAt = isOver ? Number.POSITIVE_INFINITY : one.since + least + Math.round(one.random.next() * (most - least));
  }
  /** What has come about by now. */
  function work(code: string): Work | undefined {
    const one = cases.get(code);
    while (one !== undefined && one.nextAt <= now()) {
      one.since = one.nextAt;
      one.now = one.ahead.shift() ?? one.now;
      one.state = one.now.slice(0, 1);
      if (isRegistered(one.now) && one.entry === 0) one.entry = entries += 1;
      schedule(one);
    }
    return one;
  }

  /** A person's fields of the declaration, as the register has them. */
  function copied(data: Fields, prefix: string, names: string): Fields {
    return Object.fromEntries(names.split(' ').map((name) => {
      const value = data[prefix + name];
      return [prefix + name, isRecord(value) ? plain(value) : (value ?? null)];
    }));
  }
  const number = (value: unknown): number | null => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : typeof value === 'number' ? value : null);
  const place = (value: unknown): Fields => ({ maTinh: null, maXa: null, dcChiTiet: null, ...(settings.variant === 'three-level' ? { maHuyen: null } : {}), ...(isRecord(value) ? value : {}) });
  const parent = (data: Fields, prefix: string): Fields => ({
    ...copied(data, prefix, 'HoTen NgaySinh DanToc QuocTich'), [`${prefix}LoaiCuTru`]: number(data[`${prefix}LoaiCuTru`]), [`${prefix}NoiCuTru`]: place(data[`${prefix}NoiCuTru`]), [`${prefix}SoGiayTo`]: data[`${prefix}SoGiayToTuyThan`] ?? null,
  });
  const requester = (data: Fields): Fields => ({ ...copied(data, 'nyc', 'HoTen QuanHe'), nycSoGiayTo: data['nycSoGiayToTuyThan'] ?? null });
  const register = (one: Work): Fields => ({ soDangKy: String(one.entry), quyenSo: `01/${dayOf(one.since).slice(6)}`, trangSo: String(one.entry) });
  const paper = (one: Work, words: string): string => (one.now === '4-empty' ? '' : Buffer.from(inventedPdf(`${words} so ${one.entry}`, settings.paperBytes), 'latin1').toString('base64'));

  /** The newborn's number: of a province that there is not, with the declared sex and year (5.1). */
  function newborn(one: Work): string {
    const { data } = one.pushed;
    const year = Number(String(isRecord(data['nksNgaySinh']) ? data['nksNgaySinh']['namSinh'] : data['nksNgaySinh']).slice(-4)) || 2025;
    return inventedNumber(settings.random.fork(`newborn:${one.code}`), year, String(data['nksGioiTinh']) === '2');
  }
  function resultOf(one: Work): Fields | null {
    if (!isRegistered(one.now) || one.now === '4-null') return null;
    const { data, module } = one.pushed;
    const day = { ngayDangKy: dayOf(one.since) };
    if (module === 'LTKS') {
      return {
        soDinhDanh: newborn(one), ...day, ndkksMaTinh: settings.provinceCode, ndkksMaHuyen: settings.variant === 'three-level' ? `${settings.provinceCode}0` : null, ndkksMaXa: one.pushed.unit,
        ...copied(data, 'nks', 'HoTen NgaySinh NgaySinhBangChu DanToc QuocTich'), nksGioiTinh: number(data['nksGioiTinh']), nksQueQuan: place(data['nksQueQuan']), nksNoiSinh: place(data['nksNoiSinh']),
        ...parent(data, 'me'), ...parent(data, 'cha'), ...requester(data), giayKhaiSinh: paper(one, 'Giay khai sinh'), ...register(one),
      };
    }
    if (module === 'LTKT') {
      return {
        ...copied(data, 'nkt', 'HoTen NgaySinh DanToc QuocTich NgayChet NguyenNhanChet'), nktGioiTinh: number(data['nktGioiTinh']), nktLoaiCuTru: number(data['nktLoaiCuTru']), nktNoiCuTru: place(data['nktNoiCuTru']),
        nktSoGiayTo: data['nktSoGiayToTuyThan'] ?? null, nktNoiChet: place(data['nktNoiChet']), giayBaoTuLoai: data['gbtLoai'] ?? null, giayBaoTuSo: data['gbtSo'] ?? null, ...requester(data), ...register(one),
        giayKhaiTu: paper(one, 'Trich luc khai tu'), maGiayToKetQua: null,
      };
    }
    return { ...day, chongHoTen: plain(data['chongHoTen']), voHoTen: plain(data['voHoTen']), ...register(one), giayKetHon: paper(one, 'Giay chung nhan') };
  }

  const REASON: Readonly<Record<string, string>> = { 2: 'Đề nghị bổ sung giấy tờ minh họa', 6: 'Hồ sơ không đủ điều kiện đăng ký (minh họa)' };

  return {
    /** @returns `before` when it has the dossier already and asked for nothing */
    push(pushed: Pushed): 'taken' | 'again' | 'before' {
      const known = work(pushed.code);
      if (known !== undefined && known.now !== '2') return 'before';
      const { registryStates, registryStatesOf } = settings;
      const ahead = Object.hasOwn(registryStatesOf, pushed.code) ? registryStatesOf[pushed.code] : registryStates;
      const one: Work = known ?? {
        code: pushed.code, module: pushed.module, interconnected: pushed.interconnected, pushes: 0, state: RECEIVED, files: 0, pushed, random: settings.random.fork(`registry:${pushed.code}`), ahead: [...(ahead ?? [])],
        now: RECEIVED, since: 0, nextAt: 0, entry: 0,
      };
      Object.assign(one, { pushed, pushes: one.pushes + 1, files: pushed.files, now: RECEIVED, state: RECEIVED, since: now() });
      schedule(one);
      cases.set(pushed.code, one);
      return known === undefined ? 'taken' : 'again';
    },
    /** one row of K6; a dossier that was never handed over has a state that there is not (3.6) */
    row(code: string, module: string): Fields {
      const one = work(code);
      const isHere = one?.module === module;
      const state = isHere ? one.state : '0';
      const at = isHere ? one.since : now();
      return {
        maDonVi: isHere ? one.pushed.unit : null, maTinh: settings.provinceCode, module, maHoSoLT: isHere ? one.interconnected : null, maHoSoMCDT: code, errors: isHere ? null : 'RECORD_NOT_FOUND',
        trangThai: settings.statesAsNumbers ? Number(state) : state, thoiGianThucHien: timeOf(at), ghiChu: null, ketQuaXuLy: isHere ? resultOf(one) : null,
        nguoiXuLy: isHere && state !== RECEIVED ? 'Hoàng Văn Tư' : null, chucDanh: isHere && state !== RECEIVED ? 'Công chức tư pháp - hộ tịch' : null, phongBanXuLy: isHere ? settings.agencyName : null,
        noiDungXuLy: REASON[state] ?? null, hanBoSungHoSo: state === '2' ? timeOf(at + SUPPLEMENT_DAYS * DAY_MS) : null,
      };
    },
    find(code: string): RegistryCase | undefined {
      return work(code);
    },
    /** the newborn's number as K6 has it; undefined before */
    newborn(code: string): string | undefined {
      const one = work(code);
      return one === undefined || !isRegistered(one.now) ? undefined : fieldOf(resultOf(one), 'soDinhDanh') || undefined;
    },
    nextAt: (): number => Math.min(Number.POSITIVE_INFINITY, ...[...cases.values()].map((one) => one.nextAt)),
    count: (): number => cases.size,
    states: (): [string, string][] => [...cases.keys()].map((code) => [code, work(code)?.now ?? '']),
  };
}
export type Registry = ReturnType<typeof createRegistry>;

/** A name or a day of the newer form as one line. */
function plain(value: unknown): unknown {
  if (!isRecord(value)) return value ?? null;
  if ('Ten' in value) return [value['Ho'], value['ChuDem'], value['Ten']].filter((part) => typeof part === 'string' && part !== '').join(' ');
  if ('namSinh' in value) return [value['ngaySinh'], value['thangSinh'], value['namSinh']].filter((part) => typeof part === 'string' && part !== '').join('.');
  return value;
}
