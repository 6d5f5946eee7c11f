/** The dossier that a run may write at a portal: invented in every field, and marked as a test in every text that a person reads. */
import type { Dossier } from '../../../src/model/canonical.ts';
import { instantFromEpoch } from '../../../src/model/time.ts';
import type { DvcqgConfig } from '../config.ts';
import type { ProgressStep } from '../steps.ts';

const MARK = 'HỒ SƠ KIỂM THỬ, không phải hồ sơ thật';
const HOUR_MS = 3_600_000;

/** Received now, still in process. `now` is ms since epoch; whole seconds go over the wire. */
export function testDossier(options: { code: string; procedure: string; config: DvcqgConfig; now: number }): Dossier {
  const second = Math.floor(options.now / 1_000) * 1_000;
  const at = (ms: number): string => instantFromEpoch(second + ms);
  return {
    schemaVersion: '1',
    code: options.code,
    sourceSystem: 'conformance',
    sourceId: options.code,
    source: 'COUNTER',
    procedure: { code: options.procedure, name: MARK, sector: { code: 'KT', name: MARK } },
    agency: { code: options.config.agencyCode, name: MARK },
    channel: 'COUNTER',
    // An unassigned province code and a phone of the block that nobody has.
    applicant: { kind: 'CITIZEN', name: 'Kiểm Thử Mẫu', ids: [{ type: 'CCCD', number: '099199999001' }, { type: 'TECH_ID', number: 'kiem-thu' }], phone: '0900000001' },
    summary: MARK,
    dates: { submittedAt: at(-2 * HOUR_MS), acceptedAt: at(-HOUR_MS), dueAt: at(72 * HOUR_MS) },
    status: 'ACCEPTED',
    components: [], results: [], supplements: [], fees: [], payments: [],
    history: [],
    linkedDatabases: [],
    note: MARK,
  };
}

/** Two steps of one dossier, one after the other. */
export function testSteps(code: string, now: number): ProgressStep[] {
  const second = Math.floor(now / 1_000) * 1_000;
  return [
    { dossierCode: code, entry: { at: instantFromEpoch(second - HOUR_MS), status: 'ACCEPTED', action: `Tiếp nhận - ${MARK}`, actor: 'Kiểm Thử' } },
    { dossierCode: code, entry: { at: instantFromEpoch(second), status: 'PROCESSING', action: `Đang xử lý - ${MARK}`, actor: 'Kiểm Thử' } },
  ];
}
