/** From a recorded call back to the input that makes it. What the message does not carry is filled with the least; a hash stays a hash, and names nobody. */
import type { ReadCall, WireCall } from '../../src/adapter/types.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import { DOSSIER_SOURCES, type Party } from '../../src/model/canonical.ts';
import type { LevelWord } from './codes.ts';
import type { EmcConfig } from './config.ts';
import { trackingRequest, type TrackingRequest } from './contract.ts';
import { decode, type Tracked } from './decode.ts';
import type { TrackingInput } from './encode.ts';

/** JSON comes parsed, a form as its text. */
function requestOf(body: unknown): TrackingRequest | undefined {
  const fields = typeof body === 'string' ? Object.fromEntries(new URLSearchParams(body)) : body;
  return isRecord(fields) && trackingRequest(fields).ok ? (fields as unknown as TrackingRequest) : undefined;
}

const partyOf = ({ user }: Tracked, config: EmcConfig): Party => ({
  kind: 'OTHER', name: '',
  ids: user === undefined || config.user !== 'raw' ? [] : [{ type: user.TYPE === '1' ? 'TAX_CODE' : 'OTHER', number: user.ID_QG }],
});

const METHODS = { ONLINE: 'ONLINE', IN_PERSON: 'CASH' } as const;

/** @returns `undefined` for a message that no document allows */
export function readCall({ method, path, body }: WireCall, config: EmcConfig): ReadCall | undefined {
  if (method !== 'POST' || !path.endsWith(config.path)) return undefined;
  const request = requestOf(body);
  if (request === undefined) return undefined;
  const told = decode(request);
  const level = (Object.keys(config.levels) as LevelWord[]).find((word) => config.levels[word] === told.level);
  const input: TrackingInput = {
    schemaVersion: '1', code: told.code, sourceSystem: 'recording', sourceId: told.code, status: 'UNKNOWN',
    source: DOSSIER_SOURCES.find((source) => config.nationalSources.includes(source) === told.isNational) ?? 'COUNTER',
    procedure: { ...told.procedure, sector: { code: '0' }, ...(level === undefined || level === 'ABSENT' ? {} : { level }) },
    agency: { code: '0', name: '' }, channel: told.channel ?? 'COUNTER', applicant: partyOf(told, config), dates: {},
    components: [], results: [], supplements: [], fees: [], history: [], linkedDatabases: [],
    payments: told.payment === undefined || told.payment === 'NONE' ? [] : [{ amount: 0, method: METHODS[told.payment], status: 'PAID' }],
    delivery: { method: told.delivery ?? 'COUNTER' },
    ...(told.state === undefined ? {} : { emcState: told.state }),
  };
  return { operation: 'trackDossier', inputs: [input] };
}
