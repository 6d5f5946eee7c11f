/** An invented dossier and configurations of the portal's adapter. */
import { configure, type DvcqgConfig } from '../../../adapters/dvcqg/adapter.ts';
import type { AnyOperation, OperationContext, RemoteState, WireResult } from '../../../src/adapter/types.ts';

export const rawConfig = { baseUrl: 'http://127.0.0.1:9/VXPAdapter/RestService/forward', agencyCode: '000.00.00.H92', username: 'tinh-mau', password: 'mat-khau-cua-ca-thu' };
export const config = (more: Record<string, unknown> = {}): DvcqgConfig => configure({ ...rawConfig, ...more });

export { fullDossier as dossier } from '../../../adapters/dvcqg/fixtures.ts';
export { answered, failed } from '../../../src/adapter/fixtures.ts';

export const context = (cfg: DvcqgConfig, remote: RemoteState = {}, run: OperationContext<DvcqgConfig>['run'] = () => Promise.reject(new Error('nothing to ask'))): OperationContext<DvcqgConfig> =>
  ({ config: cfg, remote, now: () => 0, run });

/** The kind of outcome and the first code, for tables. */
export function verdict(operation: AnyOperation, result: WireResult, request: unknown): string {
  const outcome = operation.classify(result, request);
  if (outcome.kind === 'accepted') return 'accepted';
  return `${outcome.kind} ${outcome.kind === 'rejected' ? outcome.issues[0]?.code : outcome.issue.code}`;
}
