/** Invented dossiers for the indicators' tests. */
import type { Dossier, DossierStatus, HistoryEntry } from '../../src/model/index.ts';

export type Over = Partial<Omit<Dossier, 'dates' | 'procedure'>> & { dates?: Dossier['dates']; procedure?: Partial<Dossier['procedure']> };

/** An invented dossier in processing, received on 1 July 2025 at 08:00 and due on 8 July at 17:00 (Vietnam). */
export function dossier(code: string, over: Over = {}): Dossier {
  const { dates, procedure, ...rest } = over;
  return {
    schemaVersion: '1', code, sourceSystem: 'test', sourceId: code, source: 'PORTAL_LOCAL',
    procedure: { code: '1.000105', name: 'Thủ tục mẫu', sector: { code: 'HT', name: 'Hộ tịch' }, level: 'FULL', ...procedure },
    agency: { code: 'H13.101', name: 'UBND phường Thử' }, channel: 'ONLINE',
    applicant: { kind: 'CITIZEN', name: 'Nguyễn Văn Mẫu', ids: [] },
    dates: { submittedAt: '2025-07-01T00:30:00Z', acceptedAt: '2025-07-01T01:00:00Z', dueAt: '2025-07-08T10:00:00Z', ...dates },
    status: 'PROCESSING', components: [], results: [], supplements: [], fees: [], payments: [], history: [], linkedDatabases: [],
    ...rest,
  };
}

/** Steps from `[status, instant]`. */
export const steps = (...list: [DossierStatus, string][]): HistoryEntry[] => list.map(([status, at]) => ({ status, at, action: 'bước' }));
