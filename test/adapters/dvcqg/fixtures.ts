/** An invented dossier and configurations of the portal's adapter. */
import { configure, type DvcqgConfig } from '../../../adapters/dvcqg/adapter.ts';
import type { AnyOperation, OperationContext, RemoteState, WireResult } from '../../../src/adapter/types.ts';
import type { Dossier } from '../../../src/model/canonical.ts';

export const rawConfig = { baseUrl: 'http://127.0.0.1:9/VXPAdapter/RestService/forward', agencyCode: '000.00.00.H92', username: 'tinh-mau', password: 'mat-khau-cua-ca-thu' };
export const config = (more: Record<string, unknown> = {}): DvcqgConfig => configure({ ...rawConfig, ...more });

export const dossier = (more: Partial<Dossier> = {}): Dossier => ({
  schemaVersion: '1',
  code: 'H92.14-250701-0042',
  receiptNumber: 'BN-0042',
  sourceSystem: 'opencps',
  sourceId: '42',
  source: 'PORTAL_LOCAL',
  procedure: { code: '1.009999', name: 'Cấp bản sao trích lục mẫu', sector: { code: 'G99-HT01', name: 'Hộ tịch (mẫu)' } },
  agency: { code: 'H92.14', name: 'UBND phường Mẫu' },
  channel: 'ONLINE',
  applicant: {
    kind: 'CITIZEN',
    name: 'Trần Thị Mẫu',
    ids: [{ type: 'CCCD', number: '092199999002' }, { type: 'TECH_ID', number: 'tech-0001' }],
    phone: '0900000001',
    email: 'mau@example.vn',
    fax: '02923000000',
  },
  summary: 'Đề nghị cấp bản sao (mẫu)',
  dates: { submittedAt: '2025-07-01T01:01:12Z', acceptedAt: '2025-07-01T01:30:00Z', dueAt: '2025-07-03T10:00:00Z', resolvedAt: '2025-07-02T03:15:00Z', returnedAt: '2025-07-02T08:45:00Z' },
  status: 'RETURNED',
  components: [{
    code: 'KQ.G99.000001',
    name: 'Tờ khai',
    files: [{ id: '90001', name: 'to-khai.pdf', url: 'https://tep.example.vn/downloadfile/1' }],
    digitization: 'DIGITIZED',
    nationalRepository: true,
    reusedFrom: 'KQ.G99.000002',
  }],
  otherPapers: [{ name: 'Bản sao giấy tờ', quantity: 2, kind: '1' }],
  results: [{ code: 'KQ.G99.000777', componentCode: 'KQ.G99.000001', name: 'Bản sao trích lục', files: [{ id: '90077', name: 'ket-qua.pdf', url: 'https://tep.example.vn/downloadfile/77' }] }],
  supplements: [{
    id: '7', requestedAt: '2025-07-01T03:00:00Z', requestedBy: 'Lê Văn Mẫu', reason: 'Bổ sung giấy tờ mẫu', completedAt: '2025-07-01T07:00:00Z', receivedBy: 'Phạm Thị Mẫu',
    receivedNote: 'Đã nhận', oldDueAt: '2025-07-03T10:00:00Z', newDueAt: '2025-07-04T10:00:00Z', papers: [{ name: 'Giấy mẫu', quantity: 1, kind: '0' }], fees: [{ name: 'Phí bổ sung', amount: 0 }],
  }],
  fees: [{ code: 'LP1', name: 'Lệ phí bản sao', type: 'LE_PHI', amount: 8000, timing: 'AT_RETURN' }],
  payments: [{ amount: 8000, method: 'ONLINE', status: 'PAID', platform: 'NATIONAL' }],
  delivery: { method: 'POST' },
  history: [
    { id: 's1', at: '2025-07-01T01:30:00Z', status: 'ACCEPTED', action: 'Tiếp nhận', actor: 'Lê Văn Mẫu', unit: 'Bộ phận Một cửa' },
    { id: 's2', at: '2025-07-01T03:00:00Z', status: 'SUPPLEMENT_REQUIRED', action: 'Yêu cầu bổ sung', actor: 'Lê Văn Mẫu', note: 'Thiếu giấy tờ' },
    { id: 's3', at: '2025-07-02T03:15:00Z', status: 'RESOLVED', action: 'Hoàn thành xử lý', actor: 'Lê Văn Mẫu', title: 'Chuyên viên', startedAt: '2025-07-01T07:00:00Z', dueAt: '2025-07-03T10:00:00Z' },
    { id: 's4', at: '2025-07-02T08:45:00Z', status: 'RETURNED', action: 'Trả kết quả', actor: 'Phạm Thị Mẫu' },
  ],
  flags: { vneidVerified: true, hasDigitizedComponents: true },
  linkedDatabases: ['1'],
  note: 'Ghi chú mẫu',
  ...more,
});

export const context = (cfg: DvcqgConfig, remote: RemoteState = {}, run: OperationContext<DvcqgConfig>['run'] = () => Promise.reject(new Error('nothing to ask'))): OperationContext<DvcqgConfig> =>
  ({ config: cfg, remote, now: () => 0, run });

export const answered = (body: unknown, status = 200, headers: Record<string, string> = {}): WireResult =>
  ({ kind: 'response', status, headers, body: typeof body === 'string' ? undefined : body, text: typeof body === 'string' ? body : JSON.stringify(body), durationMs: 1 });
export const failed = (sent: 'before' | 'after', code: string): WireResult => ({ kind: 'failure', sent, code, durationMs: 1 });

/** The kind of outcome and the first code, for tables. */
export function verdict(operation: AnyOperation, result: WireResult, request: unknown): string {
  const outcome = operation.classify(result, request);
  if (outcome.kind === 'accepted') return 'accepted';
  return `${outcome.kind} ${outcome.kind === 'rejected' ? outcome.issues[0]?.code : outcome.issue.code}`;
}
