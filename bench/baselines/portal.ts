/** How the baselines speak to the portal: a login, then axios as it comes, the way a province's developer would call it. */
import axios from 'axios';
import type { Dossier } from '../../src/model/canonical.ts';
import { wireEncoder } from '../lib/changes.ts';

export async function portal(): Promise<(dossier: Dossier) => Promise<void>> {
  const { url, accounts } = JSON.parse(process.env['PORTAL'] ?? '') as { url: string; accounts: { username: string; password: string }[] };
  const [account] = accounts;
  if (account === undefined) throw new Error('the simulator has no account');
  const { data } = await axios.post<{ session: string }>(`${url}/mapi/login`, account);
  const encode = wireEncoder(url, account);
  return async (dossier) => {
    const answer = await axios.post<{ error_code: unknown }>(`${url}/mapi/g`, encode(dossier, data.session), { timeout: 30_000, headers: { dstcode: 'VN:GOV:000.00.00.G22:vpcpdvcprovider' } });
    if (String(answer.data.error_code) !== '0') throw new Error(`portal: ${JSON.stringify(answer.data).slice(0, 200)}`);
  };
}
