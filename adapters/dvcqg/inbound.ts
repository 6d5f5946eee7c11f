/** Calls that the portal makes to the province: the look-up of one dossier (fact sheet 2.2 and 3.8). */
import type { InboundRoute } from '../../src/adapter/types.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import { textOf } from './answer.ts';
import { RETURN_TABLE } from './codes.ts';
import { statusTarget, type DvcqgConfig } from './config.ts';
import { searchCallRequest } from './contract.ts';

/** Errors come with HTTP 200 and the code as text; the words are those of the one known provider. */
const failure = (message: string) => ({ status: 200, body: { error_code: '-1', message } });

/**
 * The digest, without envelope and without personal data. The one known provider answers "3" for every LoaiDoiTuong and the
 * local procedure code; both are mistakes of its own and not repeated.
 */
export function digestOf(dossier: Dossier, config: DvcqgConfig): Record<string, string> | undefined {
  const status = statusTarget(config, dossier.status, dossier.subStatus);
  if (status === undefined || status === 'skip' || status === 'hold') return undefined;
  const form = config.lookupReturnForm === 'return-form'
    ? (RETURN_TABLE.encode(dossier.delivery?.method ?? 'COUNTER') ?? '0')
    : dossier.channel === 'ONLINE' ? '1' : '0';
  return {
    MaHoSo: dossier.code,
    MaTTHC: dossier.procedure.code,
    TenTTHC: dossier.procedure.name,
    MaLinhVuc: dossier.procedure.sector.code,
    TenLinhVuc: dossier.procedure.sector.name ?? '',
    LoaiDoiTuong: config.partyKinds[dossier.applicant.kind] ?? '',
    TrangThaiHoSo: status,
    HinhThuc: form,
    DonViXuLy: dossier.agency.name,
  };
}

export const searchCall: InboundRoute<DvcqgConfig> = {
  id: 'searchCall',
  title: { vi: 'Cổng DVCQG tra cứu một hồ sơ', en: 'The portal looks one dossier up' },
  method: 'POST',
  path: 'search/call',
  request: searchCallRequest,
  // A digest that is not there would be believed; a 503 is asked again.
  unavailable: () => ({ ...failure('service unavailable'), status: 503 }),
  async handle({ body }, { config, findDossier }) {
    const code = isRecord(body) ? textOf(body['masohoso']) : '';
    if (code === '') return failure('masohoso not found');
    const dossier = await findDossier(code);
    // Drafts are nobody's business yet, and a status without a code cannot be told: to the portal both are not there.
    const digest = dossier === undefined ? undefined : digestOf(dossier, config);
    return digest === undefined ? failure('masohoso not found') : { status: 200, body: digest };
  },
};
