/** What passes between the gateway's thread and the ledger's. An append goes as one flat array: see flat-change.ts. */
import type { Notice } from '../cluster.ts';
import type { Act, NewHold } from '../control.ts';
import type { LedgerErrorCode } from '../errors.ts';
import type { Acceptance } from '../feed.ts';
import type { FileCall } from '../files.ts';
import type { Cell } from '../flat-change.ts';
import type {
  ClaimOptions, ExchangeFilter, ExchangeState, LaneUpdate, Ledger, QuarantineItem, SearchTerm,
} from '../ledger.ts';
import type { ExpirableFrom, RetentionPolicy } from '../upkeep.ts';

/** Arguments of each call, by name. */
export interface CallArguments {
  append: Cell[];
  quarantine: QuarantineItem;
  claim: ClaimOptions;
  update: LaneUpdate;
  sweep: { now: number; alive: readonly { upstream: string; dossierCode: string }[] };
  retry: { exchangeId: number; by: string; now: number; reason: string | null; replay: number | null; replaceable: boolean };
  freeze: { hold: NewHold; now: number };
  release: { holdId: number; by: string; now: number; reason: string | null };
  cancel: { exchangeId: number; by: string; now: number; reason: string | null; to: 'cancelled' | 'dead' };
  act: { act: Act; now: number };
  putCell: { name: string; value: string; expectedVersion: number };
  deleteCell: { name: string; expectedVersion: number };
  listHolds: null;
  listBlocked: Parameters<Ledger['listBlocked']>[0];
  replayCounts: { replay: number; states: readonly ExchangeState[] };
  listOrders: Parameters<Ledger['listOrders']>[0];
  getCell: string;
  listCells: { prefix: string; limit: number };
  setCursor: { name: string; value: string };
  getCursor: string;
  nextReadyAt: readonly string[] | null;
  getDossier: string;
  findDossiers: { term: SearchTerm; limit: number };
  timeline: string;
  listExchanges: ExchangeFilter;
  getExchange: number;
  listQuarantine: Parameters<Ledger['listQuarantine']>[0];
  counts: number;
  verify: null;
  dossiers: { codes: readonly string[]; acceptance: Acceptance | null };
  listDossiers: Parameters<Ledger['listDossiers']>[0];
  listChanges: Parameters<Ledger['listChanges']>[0];
  listCalls: Parameters<Ledger['listCalls']>[0];
  exportEvents: Parameters<Ledger['exportEvents']>[0];
  checkpoint: number;
  listCheckpoints: number;
  expirable: { policy: RetentionPolicy; limit: number; after: ExpirableFrom | null };
  expire: { slice: Parameters<Ledger['expire']>[0]; archive: Parameters<Ledger['expire']>[1]; now: number };
  storage: null;
  bodies: readonly number[];
  keepFile: FileCall;
  readFile: string;
  dropFiles: { before: number; limit: number; after: string | null; now: number };
  seal: string;
  close: null;
}
export type CallName = keyof CallArguments;
/** What a call resolves to. */
export type CallResult<N extends CallName> = N extends keyof Ledger ? Awaited<ReturnType<Ledger[N]>> : never;
export type Call = { [N in CallName]: [id: number, name: N, args: CallArguments[N]] }[CallName];

const WRITE_NAMES = [
  'append', 'quarantine', 'claim', 'update', 'sweep', 'retry', 'freeze', 'release', 'cancel', 'act', 'putCell', 'deleteCell', 'setCursor', 'checkpoint', 'expire', 'keepFile', 'dropFiles',
] as const satisfies readonly CallName[];
export type WriteName = (typeof WRITE_NAMES)[number];
export type WriteCall = Extract<Call, [number, WriteName, unknown]>;
const WRITES: ReadonlySet<CallName> = new Set(WRITE_NAMES);
export const isWrite = (call: Call): call is WriteCall => WRITES.has(call[1]);

/** `at`: the gateway's clock when the batch was handed over, ms. */
export interface CallBatch { at: number; calls: Call[] }
export interface Failure { code: LedgerErrorCode; detail: string | undefined }
export type Reply = [id: number, failure: Failure | null, value: unknown];
export type FromWorker =
  | { kind: 'ready' }
  | { kind: 'refused'; failure: Failure }
  | { kind: 'replies'; appended: Cell[]; replies: Reply[]; notices: Notice[]; broken: Failure | null };
/** Cells of one successful append in `appended`: call number, status, event id, seq, exchanges. */
export const APPENDED_CELLS = 5;
