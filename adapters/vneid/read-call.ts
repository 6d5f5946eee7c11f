/** From a call back to the input that makes it: for recordings, and for the round trip of a message. What a message does not carry is filled with the least. */
import type { ReadCall, WireCall } from '../../src/adapter/types.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import type { Component, Dossier, FileRef, Gender, Party } from '../../src/model/canonical.ts';
import { fileIdIn } from '../../src/model/file-address.ts';
import type { JudicialAddress, JudicialCertificate, JudicialPerson, JudicialRecord, JudicialResidence } from '../../src/model/generated/judicial-record.ts';
import { readCertificate } from './certificate.ts';
import { isLltpStatus } from './codes.ts';
import type { VneidConfig } from './config.ts';
import { pushRequest, resultRequest, statusRequest, type PushAddress, type PushDeclaration, type PushRequest, type StatusRequest } from './contract.ts';
import type { StatusInput } from './operations/report-status.ts';
import { birthOf, bytesOf, dateOf, present, some } from './values.ts';

/** '' and null are nothing. */
const given = (value: string | null | undefined): string | undefined => value || undefined;

// ---- L6 -----------------------------------------------------------------------------------------------------------

/** A content in a message is a file by its address, or the content itself. */
const fileOf = (name: string, slot: string): FileRef | undefined =>
  slot === '' ? undefined : { name, url: fileIdIn(slot) !== undefined || bytesOf(slot) === undefined ? slot : `data:;base64,${slot}` };

function certificateOf(message: StatusRequest): JudicialCertificate | undefined {
  const wire = message.ketQuaXuLy;
  const read = wire === null ? undefined : readCertificate(wire, '1970-01-01');
  const file = wire === null ? undefined : fileOf('PhieuLLTP.pdf', wire.phieuLLTP);
  return read === undefined ? undefined : { ...read.certificate, ...present({ file }) };
}

function statusInput(message: StatusRequest): StatusInput | undefined {
  const status: unknown = message.trangThaiXuLy;
  if (!isLltpStatus(status)) return undefined;
  const certificate = certificateOf(message);
  const form = message.ketQuaXuLy?.loaiPhieu;
  return {
    code: message.maHoSoMCDT, status, unitName: message.tenTinh,
    ...present({
      reason: given(message.lyDoTuChoi), dueOn: dateOf(message.ngayHenTraKetQua), certificate, form: form === '1' || form === '2' ? form : undefined,
      decision: message.type === 'thuhoi' ? fileOf('QuyetDinhThuHoi.pdf', message.ketQuaXuLy?.quyetDinhThuHoi ?? '') : undefined,
    }),
  };
}

// ---- L4 -----------------------------------------------------------------------------------------------------------

const addressOf = (one: PushAddress | undefined): JudicialAddress | undefined => (one === undefined ? undefined : some({
  detail: given(one.dcChiTiet), provinceCode: given(one.maTinhThanh), provinceName: given(one.tenTinhThanh), districtCode: given(one.maQuanHuyen), districtName: given(one.tenQuanHuyen),
  communeCode: given(one.maPhuongXa), communeName: given(one.tenPhuongXa),
}));
const pair = (code: string | undefined, name: string | undefined): { code?: string; name?: string } | undefined => some({ code: given(code), name: given(name) });
const GENDERS: Readonly<Record<string, Gender>> = { '1': 'MALE', '2': 'FEMALE' };

interface Said { name: string; gender: string; birth: string; phone: string; email: string; number: string; issuedOn: string; issuedBy: string }
function partyOf({ name, gender, birth, phone, email, number, issuedOn, issuedBy }: Said): Party {
  const paper = number === '' ? [] : [{ type: 'OTHER' as const, number, ...present({ issuedOn: dateOf(issuedOn), issuedBy: given(issuedBy) }) }];
  return { kind: 'CITIZEN', name, ids: paper, ...present({ birthDate: birthOf(birth), gender: GENDERS[gender], phone: given(phone), email: given(email) }) };
}

/** At home only the province is told, abroad only the country. */
function birthPlaceOf({ nycNoiSinh, nycNoiSinhNuocNgoai }: PushDeclaration): JudicialAddress {
  if (nycNoiSinhNuocNgoai === '1') return { countryCode: 'VN', ...addressOf(nycNoiSinh) };
  return present({ countryCode: '--', countryName: given(nycNoiSinh.dcChiTiet) });
}

function residencesOf({ nycCuTru }: PushDeclaration): JudicialResidence[] | undefined {
  return nycCuTru.length === 0 ? undefined : nycCuTru.map((one) => present({
    from: given(one.tuNgay), until: given(one.denNgay), address: one.noiCuTru === '' ? undefined : { detail: one.noiCuTru }, occupation: given(one.ngheNghiep), workplace: given(one.noiLamViec),
  }));
}

function componentsOf({ fileHoSo }: PushDeclaration): Component[] {
  return fileHoSo.map(({ tenLoaiFile, tenFile, noiDungFile }) => ({ name: tenLoaiFile || tenFile, files: [fileOf(tenFile, noiDungFile) ?? { name: tenFile }] }));
}

function recordOf(message: PushRequest, { system }: VneidConfig): JudicialRecord {
  const form = message.toKhai;
  const person: JudicialPerson | undefined = some({
    otherName: given(form.nycTenGoiKhac), genderName: given(form.nycTenGioiTinh), identityType: pair(form.nycLoaiGiayTo, form.nycTenLoaiGiayTo), nationality: pair(form.nycQuocTich, form.nycTenQuocTich),
    ethnicity: pair(form.nycDanToc, form.nycTenDanToc), residence: addressOf(form.nycThuongTru), temporaryResidence: addressOf(form.nycTamTru), birthPlace: birthPlaceOf(form),
  });
  const relative = (name: string, birthYear: string) => some({ name: given(name), birthYear: given(birthYear) });
  const delegate = some({ nationality: pair(form.nuqQuocTich, form.nuqTenQuocTich), ethnicity: pair(form.nuqDanToc, form.nuqTenDanToc), identityType: pair(form.nuqLoaiGiayto, undefined), residence: addressOf(form.nuqThuongTruChiTiet) });
  const copies = /^\d{1,4}$/.test(form.soLuongCap) ? Number(form.soLuongCap) : undefined;
  return {
    form: form.loaiPhieu as unknown as JudicialRecord['form'], system,
    ...present({
      province: pair(message.maTinh, message.tenTinh), channel: pair(message.nguonDangKy, message.tenNguonDangKy), receivedOn: dateOf(message.ngayTiepNhan), copies,
      withProhibitions: form.yeuCauCDNCV === '' ? undefined : form.yeuCauCDNCV === '1',
      purpose: some({ code: given(form.maMucDich), name: given(form.tenMucDich), other: given(form.mucDichKhac) }),
      authorisation: form.uyQuyen === '1' ? present({ person: delegate, relation: pair(undefined, form.nyqQuanHe) }) : undefined,
    }),
    declaration: present({
      person, father: relative(form.nycHoTenCha, form.chaNgaySinh), mother: relative(form.nycHoTenMe, form.meNgaySinh), spouse: relative(form.nycHoTenVoChong, form.voChongNgaySinh),
      convictions: given(form.thongTinAnTich), residences: residencesOf(form),
    }),
  };
}

function dossierOf(message: PushRequest, config: VneidConfig): Dossier {
  const form = message.toKhai;
  const received = dateOf(message.ngayTiepNhan);
  const due = dateOf(form.ngayHenTra);
  const { code, name, sector } = config.procedure;
  return {
    schemaVersion: '1', code: message.maHoSoMCDT, sourceSystem: config.system, sourceId: message.maHoSoMCDT, source: 'VNEID', channel: 'ONLINE', status: 'ACCEPTED',
    procedure: { code, name, sector }, agency: config.agency,
    applicant: partyOf({ name: form.nycHoTen, gender: form.nycGioiTinh, birth: form.nycNgaySinh, phone: form.nycDienThoai, email: form.nycEmail, number: form.nycSoGiayTo, issuedOn: form.nycNgayCapGiayTo, issuedBy: form.nycNoiCapGiayTo }),
    ...(form.uyQuyen === '1' ? {
      delegate: partyOf({
        name: form.uyQuyenHoTen ?? '', gender: form.nuqGioiTinh ?? '', birth: form.nuqNgaySinh ?? '', phone: form.nuqDienThoai ?? '', email: form.nuqEmail ?? '', number: form.nuqSoGiayTo ?? '',
        issuedOn: form.nuqNgayCapGiayTo ?? '', issuedBy: form.nuqNoiCapGiayTo ?? '',
      }),
    } : {}),
    dates: { ...(received === undefined ? {} : { submittedAt: `${received}T00:00:00Z` }), ...(due === undefined ? {} : { dueAt: `${due}T10:00:00Z` }) },
    components: componentsOf(form), results: [], supplements: [], fees: [], payments: [], linkedDatabases: [],
    history: [{ at: `${received ?? '1970-01-01'}T00:00:00Z`, status: 'ACCEPTED', action: '' }], judicialRecord: recordOf(message, config),
  };
}

const endsWith = (path: string, own: string): boolean => own !== '' && path.toLowerCase().endsWith(own.toLowerCase());

/** @returns `undefined` for a login, and for a message that this adapter could not have made */
export function readCall({ method, path, body }: WireCall, config: VneidConfig): ReadCall | undefined {
  if (method !== 'POST' || !isRecord(body)) return undefined;
  if (endsWith(path, config.reportPath)) {
    const message = statusRequest(body);
    const input = message.ok ? statusInput(message.value) : undefined;
    return input === undefined ? undefined : { operation: 'reportStatus', inputs: [input] };
  }
  if (endsWith(path, config.backend.pushPath)) {
    const message = pushRequest(body);
    return message.ok ? { operation: 'pushToBackend', inputs: [dossierOf(message.value, config)] } : undefined;
  }
  if (endsWith(path, config.backend.resultPath)) {
    const message = resultRequest(body);
    return message.ok ? { operation: 'readResult', inputs: [{ code: message.value.maHoSoMCDT }] } : undefined;
  }
  return undefined;
}
