/**
 * The canonical dossier. These names are what every adapter translates to and from.
 * Instants are RFC 3339 strings in UTC (`2025-07-01T01:30:00Z`); amounts are whole VND.
 * Source of the fields: mapping table C.5 and status machine C.6 (emc-lgsp-province fact sheet).
 */
export const DOSSIER_STATUSES = [
  'DRAFT', 'SUBMITTED', 'ACCEPTED', 'REJECTED', 'PROCESSING', 'SUPPLEMENT_REQUIRED',
  'PAYMENT_REQUIRED', 'WITHDRAWN', 'STOPPED', 'RESOLVED', 'RETURNED', 'UNKNOWN',
] as const;
export type DossierStatus = (typeof DOSSIER_STATUSES)[number];

export type DossierSource = 'PORTAL_NATIONAL' | 'PORTAL_LOCAL' | 'COUNTER' | 'POSTAL' | 'INTERCONNECTED' | 'VNEID';
export type Channel = 'COUNTER' | 'ONLINE' | 'POSTAL';
export type ServiceLevel = 'INFO' | 'PARTIAL' | 'FULL';
export type PartyKind = 'CITIZEN' | 'BUSINESS' | 'STATE_BODY' | 'ORGANIZATION' | 'OTHER';
export type IdentityType = 'CCCD' | 'CMND' | 'PASSPORT' | 'TAX_CODE' | 'TECH_ID' | 'OTHER';
/** RFC 3339 instant in UTC. */
export type Instant = string;

export interface CodeName { code: string; name?: string }
export interface IdentityDocument { type: IdentityType; number: string; issuedOn?: string; issuedBy?: string }
export interface Address { text?: string; provinceCode?: string; provinceName?: string; districtCode?: string; districtName?: string; communeCode?: string; communeName?: string; /** `YYYY-MM-DD`: the date at which the unit codes are meant (law 8). */ asOf?: string }
export interface Party { kind: PartyKind; name: string; ids: IdentityDocument[]; birthDate?: string; gender?: 'MALE' | 'FEMALE' | 'OTHER'; phone?: string; email?: string; fax?: string; address?: Address }
export interface Agency { code: string; legacyCode?: string; name: string }
export interface Procedure { code: string; localCode?: string; name: string; sector: CodeName; level?: ServiceLevel; caseCode?: string; version?: string }
export interface DossierDates { submittedAt?: Instant; acceptedAt?: Instant; dueAt?: Instant; resolvedAt?: Instant; returnedAt?: Instant; rejectedAt?: Instant; supplementRequestedAt?: Instant; supplementedAt?: Instant; withdrawnAt?: Instant; /** earlier due dates, oldest first; never overwritten */ dueHistory?: { dueAt: Instant; changedAt: Instant; reason?: string }[] }
export interface Step { code?: string; name?: string; dueAt?: Instant; assignees?: string[] }
export interface FileRef { id?: string; name: string; url?: string; size?: number; deleted?: boolean }
/** NONE not digitised · DIGITIZED scanned here · REUSED_COMPONENT · REUSED_RESULT. */
export type Digitization = 'NONE' | 'DIGITIZED' | 'REUSED_COMPONENT' | 'REUSED_RESULT';
export interface Component { code?: string; name: string; originals?: number; copies?: number; files: FileRef[]; digitization?: Digitization; reusedFrom?: string; nationalRepository?: boolean }
export interface Result { code?: string; componentCode?: string; name: string; number?: string; signedBy?: string; issuedBy?: string; issuedAt?: Instant; files: FileRef[] }
export interface Supplement { id?: string; requestedAt: Instant; requestedBy?: string; reason: string; deadline?: Instant; completedAt?: Instant; receivedBy?: string; receivedNote?: string; oldDueAt?: Instant; newDueAt?: Instant; papers?: { name: string; quantity?: number; kind?: string }[]; fees?: Fee[] }
export type FeeType = 'PHI' | 'LE_PHI' | 'APPRAISAL' | 'EXTENSION' | 'OTHER';
export type FeeTiming = 'AT_RECEPTION' | 'AT_SUPPLEMENT' | 'AT_RETURN' | 'OTHER';
export interface Fee { code?: string; name: string; type?: FeeType; amount: number; timing?: FeeTiming }
export interface Payment { ref?: string; amount: number; method: 'ONLINE' | 'TRANSFER' | 'CASH' | 'OTHER'; status: 'PENDING' | 'PAID' | 'REFUNDED' | 'CANCELLED' | 'FAILED'; paidAt?: Instant; provider?: string; /** which gateway took an online payment; decides DuocThanhToanTrucTuyen 1 or 2 */ platform?: 'NATIONAL' | 'PROVINCE' }
export interface Delivery { method: 'COUNTER' | 'POST' | 'ONLINE'; provider?: string; orderNo?: string; status?: string; address?: Address }
export interface HistoryEntry { /** id in the source system; without it the entry is identified by its content */ id?: string; at: Instant; status: DossierStatus; subStatus?: string; action: string; actor?: string; title?: string; unit?: string; note?: string; from?: string; to?: string; startedAt?: Instant; dueAt?: Instant }
export interface PaperInventoryItem { name: string; quantity?: number; kind?: string }
export interface Dossier {
  schemaVersion: '1';
  code: string;
  nationalCode?: string;
  receiptNumber?: string;
  sourceSystem: string;
  sourceId: string;
  /** when the source system last changed the record; orders changes of one dossier */
  sourceUpdatedAt?: Instant;
  source: DossierSource;
  procedure: Procedure;
  agency: Agency;
  receivingAgency?: Agency;
  submittingAgency?: Agency;
  channel: Channel;
  applicant: Party;
  delegate?: Party;
  summary?: string;
  dates: DossierDates;
  status: DossierStatus;
  subStatus?: string;
  /** the source's own status words, verbatim */
  sourceStatus?: { status: string; subStatus?: string };
  statusReason?: string;
  step?: Step;
  components: Component[];
  otherPapers?: PaperInventoryItem[];
  results: Result[];
  supplements: Supplement[];
  fees: Fee[];
  payments: Payment[];
  delivery?: Delivery;
  history: HistoryEntry[];
  flags?: { vneidVerified?: boolean; hasDigitizedComponents?: boolean };
  linkedDatabases: string[];
  note?: string;
  /** fields of the source that no rule maps, verbatim */
  raw?: Record<string, unknown>;
}
