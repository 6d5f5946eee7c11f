/** A toy upstream for the delivery tests: a snapshot that can be asked about, a step that cannot. The wire is a script. */
import { connect, type Connection } from '../../src/adapter/client.ts';
import { defineAdapter, defineOperation } from '../../src/adapter/define.ts';
import type { AnyOperation, Operation, WireResult } from '../../src/adapter/types.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import { ValidationError } from '../../src/contract/validate.ts';
import type { NewChange } from '../../src/ledger/ledger.ts';
import type { Dossier, HistoryEntry } from '../../src/model/canonical.ts';

export interface Sent { operation: string; code: string; status?: string; steps?: string[]; isUpdate?: boolean }
/** What the upstream does with a call: answers, or fails in one of the ways that matter. */
export type Reaction = 'ok' | 'refuse' | 'exists' | 'missing' | 'busy' | 'lost' | 'unreachable' | 'hang' | { retryAfterMs: number };

const any = <T>(value: unknown) => ({ ok: true as const, value: value as T });
const answer = (status: number, body: unknown): WireResult => ({ kind: 'response', status, headers: {}, body, text: JSON.stringify(body), durationMs: 1 });

export interface Toy { connection: Connection; sent: Sent[]; react: (call: Sent, n: number) => Reaction | Promise<Reaction>; exists: Set<string> }

export function toyUpstream(): Toy {
  const toy = { sent: [] as Sent[], exists: new Set<string>(), react: () => 'ok' } as unknown as Toy;

  const classify: Operation<never, Sent, unknown, unknown, object>['classify'] = (result) => {
    if (result.kind === 'failure') {
      return result.sent === 'before' ? { kind: 'retry', issue: issue('LT-UPSTREAM-UNREACHABLE') } : { kind: 'unknown', issue: issue('LT-UPSTREAM-LOST-REPLY') };
    }
    const said = (result.body as { said: string }).said;
    if (said === 'ok') return { kind: 'accepted', response: result.body };
    if (result.status === 429) {
      const after = Number(result.headers['x-retry-after-ms']);
      return { kind: 'retry', issue: issue('LT-UPSTREAM-BUSY'), ...(after > 0 ? { retryAfterMs: after } : {}) };
    }
    return { kind: 'rejected', issues: [issue('LT-UPSTREAM-REFUSED')] };
  };

  const find = defineOperation<string, Sent, unknown, { exists: boolean }, object>({
    id: 'find', title: { vi: '', en: '' }, access: 'read', idempotency: { kind: 'upsert', why: { vi: '', en: '' } }, ordering: 'dossier', coalesce: 'never', batch: { max: 1 },
    request: any, response: any, classify,
    encode: ([code]) => ({ operation: 'find', code: code ?? '' }),
    decode: (response) => ({ exists: (response as { exists: boolean }).exists }),
  });
  const snapshot = defineOperation<Dossier, Sent, unknown, null, object>({
    id: 'snapshot', title: { vi: '', en: '' }, access: 'write', idempotency: { kind: 'natural-key', why: { vi: '', en: '' } }, ordering: 'dossier', coalesce: 'snapshot', batch: { max: 1 },
    request: any, response: any, classify,
    encode([dossier], ctx) {
      if (dossier?.summary === 'invalid') throw new ValidationError([issue('LT-INPUT-TYPE', '/summary')]);
      return { operation: 'snapshot', code: dossier?.code ?? '', status: dossier?.status ?? '', isUpdate: ctx.remote.exists === true };
    },
    amend: (result, request) => (result.kind === 'response' && ['exists', 'missing'].includes((result.body as { said: string }).said) ? { ...request, isUpdate: request.isUpdate !== true } : undefined),
    decode: () => null,
    remoteAfter: (_request, remote) => ({ ...remote, exists: true }),
    async probe(dossier, ctx) {
      const found = await ctx.run<string, { exists: boolean }>(find as AnyOperation, [dossier.code]);
      if (found.kind !== 'done') return { kind: 'unknown', issue: issue('LT-UPSTREAM-PROBE-FAILED') };
      return { kind: found.value.exists ? 'applied' : 'not-applied' };
    },
    subscribe: { plan: () => [{ itemKey: 'snapshot' }], input: (dossier) => dossier },
  });
  const step = defineOperation<{ code: string; entry: HistoryEntry }, Sent, unknown, null, object>({
    id: 'step', title: { vi: '', en: '' }, access: 'write', idempotency: { kind: 'none', why: { vi: '', en: '' } }, ordering: 'dossier', coalesce: 'never', batch: { max: 3 },
    request: any, response: any, classify,
    needs: (remote) => remote.exists === true,
    encode: (inputs) => ({ operation: 'step', code: inputs[0]?.code ?? '', steps: inputs.map((i) => i.entry.action) }),
    decode: () => null,
    lostReply: (input) => ({ then: input.entry.status === 'SUPPLEMENT_REQUIRED' ? 'never-resend' : 'resend-once', why: { vi: '', en: '' } }),
    subscribe: {
      plan: (dossier) => dossier.history.map((entry) => ({ itemKey: entry.action })),
      input(dossier, itemKey) {
        const entry = dossier.history.find((e) => e.action === itemKey);
        return entry === undefined ? undefined : { code: dossier.code, entry };
      },
    },
  });

  const adapter = defineAdapter({
    id: 'toy', title: { vi: '', en: '' }, version: '1', configSchema: {}, configure: () => ({}), inbound: [],
    operations: { find, snapshot, step },
    open: () => ({
      close: () => Promise.resolve(),
      async call(operation, request, { signal }) {
        const call = { ...(request as Sent), operation: operation.id };
        if (operation.id === 'find') return (await toy.react(call, toy.sent.length)) === 'unreachable' ? { kind: 'failure', sent: 'before', code: 'ECONNREFUSED', durationMs: 0 } as const : answer(200, { said: 'ok', exists: toy.exists.has(call.code) });
        toy.sent.push(call);
        const reaction = await toy.react(call, toy.sent.length);
        if (reaction === 'hang') return new Promise((resolve) => { signal?.addEventListener('abort', () => { resolve({ kind: 'failure', sent: 'after', code: 'ABORTED', durationMs: 0 }); }); });
        if (reaction === 'unreachable') return { kind: 'failure', sent: 'before', code: 'ECONNREFUSED', durationMs: 0 };
        if (typeof reaction === 'object') return { ...answer(429, { said: 'busy' }), headers: { 'x-retry-after-ms': String(reaction.retryAfterMs) } } as WireResult;
        if (reaction === 'busy') return answer(429, { said: 'busy' });
        if (reaction === 'lost') return { kind: 'failure', sent: 'after', code: 'RESET', durationMs: 0 };
        if (reaction === 'ok' && operation.id === 'snapshot') toy.exists.add(call.code);
        return answer(200, { said: reaction });
      },
    }),
  });
  toy.connection = connect(adapter, {}) as unknown as Connection;
  return toy;
}

/** A change of one dossier as the gateway would record it for the toy: its snapshot, then its steps. */
export function toyChange(code: string, options: { steps?: string[]; dueAt?: number; version?: number } = {}): NewChange {
  const { steps = [], dueAt = null, version = 1 } = options;
  return {
    kind: 'dossier.snapshot', dossierCode: code, sourceSystem: 'test', sourceId: code, sourceUpdatedAt: version, via: 'api', actor: null, terms: [], warnings: [],
    body: JSON.stringify({ schemaVersion: '1', code, sourceSystem: 'test', sourceId: code, status: 'PROCESSING', version, history: steps.map((action, i) => ({ at: `2025-07-01T0${i}:00:00Z`, status: 'PROCESSING', action })) }),
    columns: { status: 'PROCESSING', subStatus: null, procedureCode: '1.000001', sectorCode: 'G01', agencyCode: 'H13.01', channel: 'ONLINE', submittedAt: null, acceptedAt: 1, dueAt, resolvedAt: null, returnedAt: null },
    plans: [{ upstream: 'toy', operation: 'snapshot', itemKey: `snapshot:${version}`, coalesce: true }, ...steps.map((itemKey) => ({ upstream: 'toy', operation: 'step', itemKey, coalesce: false }))],
  };
}
