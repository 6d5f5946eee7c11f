/** What each service of the simulated portal does once session, agency and endpoint have been checked. */
import { hash } from 'node:crypto';
import { sectorsOf, SMALL_LISTS } from './catalogue.ts';
import { dossierProblem, isFields, nationalStatusProblem, stepProblem, textOf } from './checks.ts';
import type { Fields } from './checks.ts';
import type { EndpointFamily, Settings } from './options.ts';
import type { PortalState } from './state.ts';

/** The portal's answer before the style of its code is applied. `code` 0 is success. */
export interface Answer { code: number | string; message?: string; result?: unknown }

/** Codes of refusals; only 0, 1, 3 and -3 are known from sources (fact sheet 6.1), these are the simulator's own. */
const REFUSED = 2;
const MISSING = 4;

export interface ServiceContext { settings: Settings; state: PortalState; duplicateCode: () => number | string }
export interface Service {
  family: EndpointFamily;
  access: 'read' | 'write';
  run(params: Fields, ctx: ServiceContext): Answer;
}

const refuse = (ctx: ServiceContext, service: string, message: string, key?: string, code: number | string = REFUSED): Answer => {
  ctx.state.counts.refused += 1;
  ctx.state.write(service, 'refused', key, undefined, message);
  return { code, message };
};
const missing = (ctx: ServiceContext, service: string, key: string): Answer => {
  ctx.state.counts.missingRefused += 1;
  return refuse(ctx, service, `Hồ sơ ${key} không tồn tại trên hệ thống`, key, MISSING);
};
const found = (ctx: ServiceContext, service: string, result: unknown, key?: string): Answer => {
  ctx.state.counts.reads += 1;
  ctx.state.write(service, 'read', key);
  return { code: 0, result };
};
const keyOf = (item: unknown): string | undefined => (isFields(item) && textOf(item, 'MaHoSo') !== '' ? textOf(item, 'MaHoSo').slice(0, 100) : undefined);

/** The items of `data`, or the answer that refuses them. Nothing is applied unless every item is good. */
function itemsOf(params: Fields, ctx: ServiceContext, service: string, problem: (item: unknown) => string | undefined): Fields[] | Answer {
  const data = params['data'];
  if (!Array.isArray(data) || data.length === 0) return refuse(ctx, service, 'Trường data phải là một danh sách có ít nhất một phần tử');
  for (const item of data) {
    const text = problem(item);
    if (text !== undefined) return refuse(ctx, service, text, keyOf(item));
  }
  return data as Fields[];
}

const syncDossiers: Service = {
  family: 'integration',
  access: 'write',
  run(params, ctx) {
    const service = 'DongBoHoSoMC';
    const { settings, state } = ctx;
    const isUpdating = params['isUpdating'];
    if (isUpdating !== 'True' && isUpdating !== 'False') return refuse(ctx, service, 'Trường isUpdating phải là chuỗi "True" hoặc "False"');
    const check = { strict: settings.strict, unknownFields: settings.unknownFields, drift: state.drift };
    const items = itemsOf(params, ctx, service, (item) => dossierProblem(item, check));
    if (!Array.isArray(items)) return items;
    const codes = new Set<string>();
    for (const item of items) {
      const code = textOf(item, 'MaHoSo');
      if (settings.requireKnownProcedure && !settings.procedures.has(textOf(item, 'MaTTHC'))) return refuse(ctx, service, 'Mã thủ tục hành chính không tồn tại trên hệ thống danh mục', code);
      const exists = state.dossiers.has(code);
      if (isUpdating === 'True' && !exists) return missing(ctx, service, code);
      if (isUpdating === 'False' && (exists || codes.has(code))) {
        state.counts.duplicatesRefused += 1;
        return refuse(ctx, service, `Hồ sơ ${code} đã tồn tại trên hệ thống`, code, ctx.duplicateCode());
      }
      codes.add(code);
    }
    for (const item of items) state.putSnapshot(item, isUpdating, service);
    return { code: 0, message: 'Đồng bộ thành công' };
  },
};

const appendProgress: Service = {
  family: 'integration',
  access: 'write',
  run(params, ctx) {
    const service = 'CapNhatTienDoHoSoMC';
    const { settings, state } = ctx;
    const check = { strict: settings.strict, unknownFields: settings.unknownFields, drift: state.drift };
    const items = itemsOf(params, ctx, service, (item) => stepProblem(item, check));
    if (!Array.isArray(items)) return items;
    const targets = [];
    for (const item of items) {
      const dossier = state.dossiers.get(textOf(item, 'MaHoSo'));
      if (dossier === undefined) return missing(ctx, service, textOf(item, 'MaHoSo'));
      targets.push({ dossier, item });
    }
    for (const { dossier, item } of targets) state.appendStep(dossier, item, service);
    return { code: 0, message: 'Cập nhật tiến độ thành công' };
  },
};

/** Status of a dossier that was filed on the portal itself (3.3): `data` is an object, not a list. */
const syncNationalStatus: Service = {
  family: 'integration',
  access: 'write',
  run(params, ctx) {
    const service = 'DongBoTrangThaiHoSo';
    const { settings, state } = ctx;
    if (params['type'] !== '2') return refuse(ctx, service, 'Trường type phải là chuỗi "2"');
    const data = params['data'];
    const problem = nationalStatusProblem(data, { strict: settings.strict, unknownFields: settings.unknownFields, drift: state.drift });
    if (problem !== undefined) return refuse(ctx, service, problem, keyOf(data));
    const item = data as Fields;
    const code = textOf(item, 'MaHoSo');
    if (!settings.nationalDossiers.has(code)) return missing(ctx, service, code);
    state.counts.updates += 1;
    state.write(service, 'update', code, { TrangThai: textOf(item, 'TrangThai'), NgayXuLy: textOf(item, 'NgayXuLy') });
    return { code: 0, message: 'Đồng bộ trạng thái thành công' };
  },
};

const findDossier: Service = {
  family: 'integration',
  access: 'read',
  run(params, ctx) {
    const code = textOf(params, 'mahoso');
    if (code === '') return refuse(ctx, 'TraCuuHoSo', 'Trường mahoso không được để trống');
    const d = ctx.state.dossiers.get(code);
    // the real item's fields are not known (uncertainty 20); these follow the sibling service of fact sheet 3.8
    const result = d === undefined ? [] : [{ MaHoSo: d.code, MaTTHC: d.procedure, TrangThaiHoSo: d.status, DonViXuLy: d.unit, NgayTiepNhan: d.acceptedAt }];
    return found(ctx, 'TraCuuHoSo', result, code);
  },
};

const procedure: Service = {
  family: 'integration',
  access: 'read',
  run(params, ctx) {
    const code = textOf(params, 'maTTHC');
    if (code === '') return refuse(ctx, 'LayThuTuc', 'Trường maTTHC không được để trống');
    const item = ctx.settings.procedures.get(code);
    return found(ctx, 'LayThuTuc', item === undefined ? [] : [item], code);
  },
};

const techId: Service = {
  family: 'share',
  access: 'read',
  run(params, ctx) {
    const number = textOf(params, 'mstorcmnd');
    if (textOf(params, 'provider') !== 'wso2is' || number === '') return refuse(ctx, 'TraCuuTechID', 'Thiếu trường provider hoặc mstorcmnd');
    // never journalled by its key: the key is a person's number
    const id = ctx.settings.techIds[number] ?? `tech-${hash('sha256', `${ctx.settings.seed}:${number}`).slice(0, 24)}`;
    return found(ctx, 'TraCuuTechID', [{ TECHNICALID: id }]);
  },
};

const answers: Service = {
  family: 'integration',
  access: 'read',
  run(params, ctx) {
    const id = textOf(params, 'cauhoiid');
    const question = ctx.settings.questions.find((q) => String(q['HOIDAPID']) === id);
    const result = question === undefined ? [] : [{ TRALOIID: question['TRALOIID'] ?? '', NOIDUNGTRALOI: question['NOIDUNGTRALOI'] ?? '' }];
    return found(ctx, 'LayNoiDungTraLoiTheoCauHoi', result, id);
  },
};

/** Services whose data the simulator takes and counts but does not interpret. */
const takeList = (service: string): Service => ({
  family: 'integration',
  access: 'write',
  run(params, ctx) {
    const items = itemsOf(params, ctx, service, (item) => (isFields(item) ? undefined : 'Phần tử của data phải là một đối tượng'));
    if (!Array.isArray(items)) return items;
    for (const item of items) ctx.state.write(service, 'append', undefined, { fields: Object.keys(item).length });
    return { code: 0, message: 'Đồng bộ thành công' };
  },
});
const catalogue = (service: string, family: EndpointFamily, list: (settings: Settings) => unknown): Service => ({
  family,
  access: 'read',
  run: (_params, ctx) => found(ctx, service, list(ctx.settings)),
});

const table: [string, Service][] = [
  ['DongBoHoSoMC', syncDossiers],
  ['CapNhatTienDoHoSoMC', appendProgress],
  ['DongBoTrangThaiHoSo', syncNationalStatus],
  ['TraCuuHoSo', findDossier],
  ['LayThuTuc', procedure],
  ['TraCuuTechID', techId],
  ['LayNoiDungTraLoiTheoCauHoi', answers],
  ['LayDVC', catalogue('LayDVC', 'integration', (s) => ({ data: [...s.procedures.values()].map((p) => ({ MADVC: `${String(p['MATTHC'])}.01`, TENDVC: p['TENTTHC'], MATTHC: p['MATTHC'], TENTTHC: p['TENTTHC'], TENCOQUANBANHANH: '', TENLINHVUC: '', APDUNGDVC: [] })) }))],
  ['LayDanhSachTTHC', catalogue('LayDanhSachTTHC', 'share', (s) => [...s.procedures.values()].map((p) => ({ MATTHC: p['MATTHC'], TENTTHC: p['TENTTHC'] })))],
  ['LayDanhMucCoQuan', catalogue('LayDanhMucCoQuan', 'share', (s) => [...s.agencies].map((code) => ({ MADONVI: code, TENDONVI: `Đơn vị mẫu ${code}`, CAPDONVI: '1' })))],
  ['LayDanhMucLinhVuc', catalogue('LayDanhMucLinhVuc', 'share', (s) => sectorsOf(s.procedures.values()))],
  ['LayDanhSachHoiDapGuiTuDVCQG', catalogue('LayDanhSachHoiDapGuiTuDVCQG', 'integration', (s) => s.questions)],
  ['LayDanhSachHoiDapBoCoQuan', catalogue('LayDanhSachHoiDapBoCoQuan', 'integration', (s) => s.questions)],
  ['DongBoHoiDap', takeList('DongBoHoiDap')],
  ['DongBoKetQuaHoiDapGuiTuDVCQG', takeList('DongBoKetQuaHoiDapGuiTuDVCQG')],
  ['DongBoDanhGia', takeList('DongBoDanhGia')],
];
for (const [name, items] of Object.entries(SMALL_LISTS)) table.push([name, catalogue(name, 'share', () => items)]);

export const SERVICES: ReadonlyMap<string, Service> = new Map(table);
