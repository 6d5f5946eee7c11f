/** Configurations of the land adapter, and its invented dossiers under short names. */
import { configure, type LandConfig } from '../../../adapters/vbdlis/adapter.ts';
import { OFFICERS, PROCEDURES } from '../../../adapters/vbdlis/fixtures/dossiers.ts';

export { fullCase as landCase, fullLandDossier as land, OFFICERS } from '../../../adapters/vbdlis/fixtures/dossiers.ts';

export const rawConfig = { baseUrl: 'http://127.0.0.1:9/lien-thong', procedures: PROCEDURES, officers: OFFICERS, attachments: { hosts: ['tep.example.vn'] } };
export const login = { tokenUrl: 'http://127.0.0.1:9/oauth2/token', username: 'tinh-mau', password: 'mat-khau-mau-dat-dai', clientId: 'mot-cua', clientSecret: 'bi-mat-ung-dung-mau' };
export const config = (more: Record<string, unknown> = {}): LandConfig => configure({ ...rawConfig, ...more });
