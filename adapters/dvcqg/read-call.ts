/** From a call at the portal back to the inputs that make it: for recordings. What the message does not carry (losses.ts) is filled with the least. */
import type { ReadCall, WireCall } from '../../src/adapter/types.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import { textOf } from './answer.ts';
import type { DvcqgConfig } from './config.ts';
import type { HoSo, TienDo } from './contract.ts';
import { decodeDossier } from './decode.ts';
import { CATALOGUES, type CatalogueName } from './services.ts';
import { decodeStep, type ProgressStep } from './steps.ts';

/** A dossier that is sent like the one that the message was made from. */
function dossierOf(hoSo: HoSo, config: DvcqgConfig): Dossier {
  const { onlinePayment, agency, ...known } = decodeDossier(hoSo, config);
  const paid = onlinePayment === 'NATIONAL' || onlinePayment === 'PROVINCE';
  return {
    schemaVersion: '1', code: hoSo.MaHoSo, sourceSystem: 'recording', sourceId: hoSo.MaHoSo, source: 'COUNTER', channel: 'COUNTER', status: 'UNKNOWN',
    procedure: { code: hoSo.MaTTHC, name: hoSo.TenTTHC, sector: { code: hoSo.MaLinhVuc } }, applicant: { kind: 'OTHER', name: hoSo.ChuHoSo, ids: [] }, dates: {},
    components: [], results: [], supplements: [], fees: [], history: [], linkedDatabases: [],
    ...known,
    agency: { code: config.agencyCode, name: agency?.name ?? '' },
    payments: paid ? [{ amount: 0, method: 'ONLINE', status: 'PAID', platform: onlinePayment }] : [],
  };
}

function stepsOf(steps: readonly TienDo[]): ProgressStep[] | undefined {
  const read = steps.map((step): ProgressStep | undefined => {
    const entry = decodeStep(step);
    return entry === undefined ? undefined : { dossierCode: step.MaHoSo, entry };
  });
  return read.every((step) => step !== undefined) ? read : undefined;
}

/** The lists that are asked for without a parameter. */
const LISTS: Readonly<Record<string, string>> = { LayDanhMucCoQuan: 'listAgencies', LayDanhMucLinhVuc: 'listSectors', LayDanhSachTTHC: 'listProcedures', LayDVC: 'listOnlineServices' };

/** Behind a façade the address is the service, and a dossier or its steps travel as the bare list. */
function fromFacade({ path, body }: WireCall, config: DvcqgConfig): Record<string, unknown> | undefined {
  const at = (template: string): boolean => path.endsWith((template.split('?')[0] ?? '').replace('{madonvi}', config.agencyCode));
  const { create, update, progress } = config.facade.paths;
  if (!Array.isArray(body)) return undefined;
  if (at(progress)) return { service: 'CapNhatTienDoHoSoMC', data: body };
  if (at(update)) return { service: 'DongBoHoSoMC', isUpdating: 'True', data: body };
  return at(create) ? { service: 'DongBoHoSoMC', isUpdating: 'False', data: body } : undefined;
}

/** @returns `undefined` for a login, and for a message that this adapter could not have made */
export function readCall(call: WireCall, config: DvcqgConfig): ReadCall | undefined {
  const body = config.mode === 'facade' ? fromFacade(call, config) : call.body;
  if (!isRecord(body)) return undefined;
  const service = textOf(body['service']);
  const data = Array.isArray(body['data']) ? (body['data'] as unknown[]) : [];
  switch (service) {
    case 'DongBoHoSoMC':
      return data.length === 1 && isRecord(data[0]) ? { operation: 'syncDossier', inputs: [dossierOf(data[0] as unknown as HoSo, config)], remote: { exists: body['isUpdating'] === 'True' } } : undefined;
    case 'CapNhatTienDoHoSoMC': {
      const steps = data.every(isRecord) ? stepsOf(data as unknown as TienDo[]) : undefined;
      return steps === undefined || steps.length === 0 ? undefined : { operation: 'appendProgress', inputs: steps, remote: { exists: true } };
    }
    case 'TraCuuHoSo': return { operation: 'findDossier', inputs: [{ code: textOf(body['mahoso']) }] };
    case 'LayThuTuc': return { operation: 'getProcedure', inputs: [{ code: textOf(body['maTTHC']) }] };
    case 'TraCuuTechID': return { operation: 'findTechnicalId', inputs: [{ identifier: textOf(body['mstorcmnd']) }] };
    default:
      if (Object.hasOwn(LISTS, service)) return { operation: LISTS[service] as string, inputs: [undefined] };
      return CATALOGUES.includes(service as CatalogueName) ? { operation: 'listCatalogue', inputs: [{ name: service, ...(body['idQDCB'] === undefined ? {} : { decisionId: textOf(body['idQDCB']) }) }] } : undefined;
  }
}
