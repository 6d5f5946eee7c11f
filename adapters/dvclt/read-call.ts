/** From a recorded call back to the inputs that make it, for fixtures and shadow runs. What the message does not carry is filled with the least. */
import type { ReadCall, WireCall } from '../../src/adapter/types.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import type { CivilEventKind, CivilResult, CivilStatus, Component, Dossier } from '../../src/model/canonical.ts';
import { DVCLT, type DvcltStatus } from './codes.ts';
import type { DvcltConfig } from './config.ts';
import { inlineAddress, slotOf } from './content.ts';
import { acknowledgeRequest, pushRequest, resultsRequest, statusRequest, type PushRequest, type StatusRequest } from './contract.ts';
import { readTime } from './dates.ts';
import type { ReportInput } from './encode-status.ts';
import { DECLARED, readFields, REGISTERED } from './fields.ts';
import { handedOverId } from './history.ts';

const bare = (code: string): Dossier => ({
  schemaVersion: '1', code, sourceSystem: 'recording', sourceId: code, source: 'INTERCONNECTED', channel: 'ONLINE', status: 'UNKNOWN',
  procedure: { code: '0', name: '0', sector: { code: '0' } }, agency: { code: '0', name: '0' }, applicant: { kind: 'CITIZEN', name: '0', ids: [] }, dates: {},
  components: [], results: [], supplements: [], fees: [], payments: [], history: [], linkedDatabases: [],
});

function objectIn(text: string | null): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Names in parts and days in parts, of the two-level variant, as the texts that the tables read. */
function asText(value: unknown): unknown {
  if (!isRecord(value)) return value;
  if ('Ten' in value) return [value['Ho'], value['ChuDem'], value['Ten']].filter((part) => typeof part === 'string' && part !== '').join(' ');
  if ('namSinh' in value) return [value['ngaySinh'], value['thangSinh'], value['namSinh']].filter((part) => typeof part === 'string').join('.');
  return value;
}

const contentAddress = (given: string): string => (slotOf(given) === given ? given : inlineAddress(given));

function readPush(request: PushRequest, config: DvcltConfig): Dossier | undefined {
  const kind = (Object.keys(config.modules) as CivilEventKind[]).find((one) => config.modules[one] === request.module);
  const data = objectIn(request.data);
  const acceptedAt = readTime(request.ngayTiepNhan);
  if (kind === undefined || data === undefined || acceptedAt === undefined) return undefined;
  const plain = Object.fromEntries(Object.entries(data).map(([name, value]) => [name, asText(value)]));
  const { told } = readFields(DECLARED[kind], plain, '');
  const civilStatus = { ...told, kind, ...(request.maHoSoLT === request.maHoSoMCDT ? {} : { interconnectedNumber: request.maHoSoLT }), registrationPlace: request.maDonVi } as CivilStatus;
  const components = request.fileDinhKem.map((file): Component => ({
    code: String(file.loaiGiayTo), name: file.tenGiayTo, files: [{ id: String(file.id), name: file.tenTepDinhKem, url: contentAddress(file.duLieuTepDinhKem) }],
  }));
  return { ...bare(request.maHoSoMCDT), status: 'ACCEPTED', dates: { acceptedAt }, civilStatus, components };
}

const STATUS_OF: Readonly<Record<number, Dossier['status']>> = {
  [DVCLT.RECEIVED]: 'SUBMITTED', [DVCLT.SUPPLEMENT]: 'SUPPLEMENT_REQUIRED', [DVCLT.ACCEPTED]: 'ACCEPTED', [DVCLT.REGISTERED]: 'RESOLVED', [DVCLT.RETURNED]: 'RETURNED', [DVCLT.REFUSED]: 'REJECTED', [DVCLT.HANDED_OVER]: 'PROCESSING',
};

function readStatus(request: StatusRequest): ReportInput | undefined {
  const at = readTime(request.thoiGianThucHien);
  const status = request.trangThai as DvcltStatus;
  if (at === undefined) return undefined;
  const due = readTime(request.ngayHenTraMoi) ?? (status === DVCLT.RECEIVED ? readTime(request.ngayKetThucTheoQuyDinh) : undefined);
  const before = readTime(request.ngayHenTraTruoc);
  const deadline = readTime(request.hanBoSungHoSo);
  const result = objectIn(request.ketQuaXuLy);
  const kind: 'BIRTH' | 'DEATH' = result !== undefined && 'giayKhaiTu' in result ? 'DEATH' : 'BIRTH';
  const read = result === undefined ? undefined : (readFields(REGISTERED[kind], result, '').told['result'] ?? {}) as CivilResult;
  const bornIn = result?.['nksNoiSinhMaTinh'];
  const content = result?.[kind === 'BIRTH' ? 'giayKhaiSinh' : 'giayKhaiTu'];
  const slot = typeof content === 'string' ? slotOf(contentAddress(content)) : undefined;
  const entry = {
    at, status: STATUS_OF[status] ?? 'UNKNOWN', action: '', ...(status === DVCLT.HANDED_OVER ? { id: handedOverId(1) } : {}),
    ...(request.nguoiXuLy === null ? {} : { actor: request.nguoiXuLy }), ...(request.chucDanh === null ? {} : { title: request.chucDanh }),
    ...(request.phongBanXuLy === null ? {} : { unit: request.phongBanXuLy }), ...(request.ghiChu === null ? {} : { note: request.ghiChu }),
  };
  const dossier = bare(request.maHoSo);
  return {
    ...dossier,
    dates: { ...(due === undefined ? {} : { dueAt: due }), ...(before === undefined ? {} : { dueHistory: [{ dueAt: before, changedAt: at }] }) },
    supplements: deadline === undefined ? [] : [{ requestedAt: at, reason: request.noiDungXuLy ?? '', deadline }],
    civilStatus: {
      kind, interconnectedNumber: request.soHoSoLT, nationalProcedure: request.maTTHC, ...(deadline === undefined ? {} : { supplementDeadline: deadline }),
      ...(typeof bornIn === 'string' ? { facts: { child: { birthPlace: { provinceCode: bornIn } } } } : {}),
      ...(read === undefined ? {} : { result: { ...read, ...(slot === undefined ? {} : { file: { name: 'ket-qua.pdf', url: slot === content ? contentAddress(slot) : inlineAddress(slot) } }) } }),
    },
    event: { status, key: String(status), entry, isImplied: false },
  };
}

/** @returns undefined for a login and whatever cannot be read */
export function readCall({ method, path, body }: WireCall, config: DvcltConfig): ReadCall | undefined {
  const { paths, civilStatus } = config;
  if (method === 'GET') {
    if (path.endsWith(paths.list)) return { operation: 'listDossiers', inputs: [{}] };
    const [before = '', after = ''] = paths.detail.split('{id}');
    const at = path.lastIndexOf(before);
    const id = at === -1 ? '' : path.slice(at + before.length, after === '' ? undefined : -after.length);
    return id === '' || id.includes('/') ? undefined : { operation: 'readDossier', inputs: [{ id: decodeURIComponent(id) }] };
  }
  if (method === 'PUT' && path.endsWith(paths.acknowledge)) {
    const asked = acknowledgeRequest(body);
    return asked.ok ? { operation: 'acknowledge', inputs: [{ number: asked.value.maHoSo }] } : undefined;
  }
  if (method !== 'POST') return undefined;
  if (path.endsWith(paths.status)) {
    const asked = statusRequest(body);
    const input = asked.ok ? readStatus(asked.value) : undefined;
    return input === undefined ? undefined : { operation: 'reportStatus', inputs: [input] };
  }
  if (civilStatus === undefined) return undefined;
  if (path.endsWith(civilStatus.paths.results)) {
    const asked = resultsRequest(body);
    return asked.ok ? { operation: 'readResults', inputs: [{ codes: asked.value.maDinhDanhHoSo, module: asked.value.module }] } : undefined;
  }
  if (!path.endsWith(civilStatus.paths.push) && !path.endsWith(civilStatus.paths.pushOther)) return undefined;
  const asked = pushRequest(body);
  const input = asked.ok ? readPush(asked.value, config) : undefined;
  return input === undefined ? undefined : { operation: 'pushCivilStatus', inputs: [input] };
}
