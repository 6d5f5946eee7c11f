/** Calls of the portal to the province, for a person who wants to try the province's endpoint (fact sheet 2.2 and 3.8). */
import type { SimulatorCallback, SimulatorCallKind } from '../../../src/adapter/types.ts';

const LOOKUP = 'search/call';

export const PORTAL_CALLS: readonly SimulatorCallKind[] = [
  {
    name: LOOKUP,
    title: { vi: 'Cổng DVCQG tra cứu một hồ sơ', en: 'The portal looks one dossier up' },
    params: [
      { name: 'masohoso', title: { vi: 'Mã hồ sơ', en: 'Dossier code' } },
      { name: 'madonvi', title: { vi: 'Mã đơn vị (có thể bỏ trống)', en: 'Agency code (may be left out)' } },
    ],
  },
];

/**
 * @param agency the code that is sent when the params name none
 * @throws TypeError naming an unknown call or what is missing
 */
export function makeCall(name: string, params: Readonly<Record<string, string>>, agency: string): SimulatorCallback {
  if (name !== LOOKUP) throw new TypeError(`no such call; there is: ${LOOKUP}`);
  const { masohoso = '', madonvi = '' } = params;
  if (masohoso === '') throw new TypeError('masohoso: the code of a dossier is needed');
  return { name, method: 'POST', path: `/${LOOKUP}`, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ madonvi: madonvi || agency, service: 'TraCuuHoSo', masohoso }) };
}
