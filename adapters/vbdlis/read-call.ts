/**
 * From a call at the land system back to the input that makes it: for recordings. What a message does not carry is filled with the least, and
 * from the configuration that the call is read with.
 */
import type { ReadCall, WireCall } from '../../src/adapter/types.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import type { Dossier, HistoryEntry } from '../../src/model/canonical.ts';
import { canonicalInstant } from '../../src/model/time.ts';
import type { Paper } from './attachments.ts';
import { WRITE_IDS, type WriteId } from './codes.ts';
import type { LandConfig, ProcedureRow } from './config.ts';
import type { Attachment, ReturnRequest, SubmitRequest, SupplementRequest, TaxRequest, WrongResultRequest } from './contract.ts';
import { decodeSubmit, fileOf, type SubmittedFile } from './decode.ts';

/** The national procedure whose row the land system's words came from. */
function procedureOf({ code, name }: { code: string; name: string }, provincial: boolean, { procedures }: LandConfig): Dossier['procedure'] | undefined {
  const prefix = ({ caseName }: ProcedureRow): string => (caseName === undefined ? '' : `${caseName}_`);
  const fits = ([, row]: [string, ProcedureRow]): boolean => row.code === code && row.provincial === provincial && (row.name === undefined ? name.startsWith(prefix(row)) : row.name === name);
  const [key, row] = Object.entries(procedures).find(fits) ?? [];
  if (key === undefined || row === undefined) return undefined;
  const [national = '', caseCode] = key.split('/');
  return { code: national, name: row.name === undefined ? name.slice(prefix(row).length) : name, sector: { code: '' }, ...(caseCode === undefined ? {} : { caseCode }) };
}

const paperOf = ({ paper, name, address, ...counts }: SubmittedFile): Paper => ({ name: paper, ...counts, files: [{ name, ...(address === undefined ? {} : { url: address }) }] });
const papersOf = (list: readonly Attachment[] | null): { papers?: Paper[] } => (list === null || list.length === 0 ? {} : { papers: list.map((one) => paperOf(fileOf(one))) });

/** Whoever received it, where the tax step names officers by an id that this configuration does not know: a recording replaces ids. */
const officerOf = (given: string, { officers }: LandConfig): string | undefined => (officers.find(({ code, id }) => code === given || id === given) ?? officers.find(({ id }) => id !== undefined))?.code;

function dossierOf(message: SubmitRequest | TaxRequest, config: LandConfig): Dossier | undefined {
  const { code, area, acceptedAt, dueAt, propertyAddress, applicant, procedureCase, parcels, files } = decodeSubmit(message, config);
  const procedure = procedureOf(procedureCase, message.LaQuyTrinhCapTinh, config);
  if (procedure === undefined) return undefined;
  const { name, idNumber, address, phone, email } = applicant;
  const actor = typeof message.TinhId === 'string' ? officerOf(message.NguoiTiepNhan, config) : message.NguoiTiepNhan;
  const received: HistoryEntry = { at: acceptedAt ?? '1970-01-01T00:00:00Z', status: 'ACCEPTED', action: '', ...(actor === undefined ? {} : { actor }) };
  return {
    schemaVersion: '1', code, sourceSystem: 'recording', sourceId: code, source: 'COUNTER', channel: 'COUNTER', status: 'PROCESSING', procedure, agency: { code: '', name: '' },
    applicant: {
      kind: 'OTHER', name, ids: idNumber === undefined ? [] : [{ type: 'CCCD', number: idNumber }],
      ...(phone === undefined ? {} : { phone }), ...(email === undefined ? {} : { email }), ...(address === undefined ? {} : { address: { text: address } }),
    },
    dates: { ...(acceptedAt === undefined ? {} : { acceptedAt }), ...(dueAt === undefined ? {} : { dueAt }) },
    components: files.map(paperOf), results: [], supplements: [], fees: [], payments: [], history: [received], linkedDatabases: [],
    landCase: {
      system: config.system, state: 'PROCESSING', stateSince: received.at, area, events: [], obligations: [], results: [],
      ...(propertyAddress === undefined ? {} : { propertyAddress }), ...(parcels === undefined ? {} : { parcels }),
    },
  };
}

/** A message's own time as an instant; as it stands where it is none, so that it is refused as it was. */
const instantOf = (wire: string, { outboundTime }: LandConfig): string => canonicalInstant(wire + (outboundTime === 'vietnam' ? '+07:00' : 'Z')) ?? wire;

function inputOf(operation: WriteId | 'submitTax', body: unknown, config: LandConfig): unknown {
  switch (operation) {
    case 'submit':
    case 'submitTax':
      return dossierOf(body as SubmitRequest | TaxRequest, config);
    case 'supplementDone': {
      const { SoBienNhan, NgayHenTraMoi, GhiChu, DanhSachGiayToBoSung } = body as SupplementRequest;
      return { code: SoBienNhan, newDueAt: instantOf(NgayHenTraMoi, config), ...(GhiChu ? { note: GhiChu } : {}), ...papersOf(DanhSachGiayToBoSung) };
    }
    case 'resultReturned': {
      const { SoBienNhan, NgayTra } = body as ReturnRequest;
      return { code: SoBienNhan, returnedAt: instantOf(NgayTra, config) };
    }
    case 'wrongResult': {
      const { SoBienNhan, NoiDung, DanhSachGiayToDinhKem } = body as WrongResultRequest;
      return { code: SoBienNhan, content: NoiDung, ...papersOf(DanhSachGiayToDinhKem) };
    }
  }
}

const endsWith = (path: string, own: string): boolean => path.toLowerCase().endsWith(`/${own.replace(/^\//, '')}`.toLowerCase());

/** @returns `undefined` for a login, a file that was fetched, and for a message that this adapter could not have made */
export function readCall({ method, path, body }: WireCall, config: LandConfig): ReadCall | undefined {
  if (method !== 'POST' || !isRecord(body) || typeof body['SoBienNhan'] !== 'string') return undefined;
  const { tax } = config;
  const isTax = tax !== undefined && endsWith(path, new URL(tax.url).pathname);
  const operation = isTax ? 'submitTax' : WRITE_IDS.find((id) => endsWith(path, config.paths[id]));
  if (operation === undefined) return undefined;
  try {
    const input = inputOf(operation, body, config);
    return input === undefined ? undefined : { operation, inputs: [input] };
  } catch (error) {
    // Parts that every message has are missing, or are something else: nothing that we could have sent.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
