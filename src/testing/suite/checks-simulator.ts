/** Effects, repeats, lost replies and probes: what the adapter says, held against what its simulator really did. */
import type { AnyOperation, JournalEntry, Outcome, RemoteState } from '../../adapter/types.ts';
import type { Text } from '../../contract/errors/types.ts';
import type { FaultKind } from '../faults.ts';
import type { HostedSimulator } from '../host.ts';
import { hosted, type Hosted } from './hosted.ts';
import { issuesShown, keyOf, makeCheck, type Findings, type OperationCase, type Suite } from './kit.ts';
import type { AdapterCheck } from './types.ts';
import { shown } from './values.ts';

const writesOf = (suite: Suite): OperationCase[] => suite.operations.filter(({ operation }) => operation.access === 'write');
const told = (outcome: Outcome): string => (outcome.kind === 'done' ? 'done' : `${outcome.kind} ${issuesShown(outcome.kind === 'rejected' ? outcome.issues : [outcome.issue])}`);
const effectsShown = (entries: readonly JournalEntry[]): string => (entries.length === 0 ? '0' : entries.map((e) => e.effect).join(', '));

async function checkEffects(suite: Suite, found: Findings): Promise<void> {
  for (const op of suite.operations) {
    const write = op.operation.access === 'write';
    for (const [i, input] of (op.fixtures.inputs as unknown[]).entries()) {
      await hosted(suite, async ({ simulator, execute, prepare, effects }) => {
        await prepare(op);
        const from = simulator.journal().length;
        const { outcome } = await execute(op, [input]);
        const where = `${op.id}, inputs/${i}`;
        if (outcome.kind !== 'done') return found.add(where, `hệ thống giả trả lời ${told(outcome)}`, `the simulator answers ${told(outcome)}`);
        const here = effects(keyOf(op, input), from);
        const all = effects('', from);
        const expected = op.fixtures.effects ?? 1;
        if (write && here.length !== expected) found.add(where, `tác dụng ở hệ thống giả: ${effectsShown(here)}; phải là ${expected}`, `effects at the simulator: ${effectsShown(here)}; there must be ${expected}`);
        if (all.length > (write ? here.length : 0)) found.add(where, `đổi cả thứ khác: ${effectsShown(all)}`, `changes other things too: ${effectsShown(all)}`);
        if (i === 0 && op.fixtures.answered?.(outcome.value) === false) found.add(where, `trả lời đọc thành ${shown(outcome.value)}`, `the answer is read as ${shown(outcome.value)}`);
      });
    }
    if (write && op.operation.batch.max > 1) await checkBatch(suite, op, found);
  }
}

/** What may share a call is there in full afterwards. */
async function checkBatch(suite: Suite, op: OperationCase, found: Findings): Promise<void> {
  await hosted(suite, async ({ simulator, execute, prepare, effects, config }) => {
    const [first] = op.fixtures.inputs as unknown[];
    const group = (op.fixtures.inputs as unknown[]).filter((input) => op.operation.batch.alone?.(input, config) !== true && keyOf(op, input) === keyOf(op, first)).slice(0, op.operation.batch.max);
    if (group.length < 2) return found.add(op.id, 'dữ liệu mẫu không có hai đầu vào đi được cùng một lời gọi', 'the fixtures have no two inputs that may share a call');
    await prepare(op);
    const from = simulator.journal().length;
    const { outcome } = await execute(op, group);
    const count = effects(keyOf(op, first), from).length;
    if (outcome.kind !== 'done' || count !== group.length * (op.fixtures.effects ?? 1)) found.add(op.id, `${group.length} mục trong một lời gọi: ${told(outcome)}, ${count} tác dụng`, `${group.length} items in one call: ${told(outcome)}, ${count} effects`);
  });
}

async function checkRepeat(suite: Suite, found: Findings): Promise<void> {
  for (const op of writesOf(suite)) {
    if (op.operation.idempotency.kind === 'none') continue;
    await hosted(suite, async ({ simulator, execute, prepare, effects }) => {
      await prepare(op);
      const from = simulator.journal().length;
      const input = op.fixtures.inputs[0] as unknown;
      const first = await execute(op, [input]);
      // Once knowing what the ledger knows by then, once as a new ledger that knows nothing.
      const again = [await execute(op, [input], first.remote), await execute(op, [input], {})];
      for (const { outcome } of again) if (outcome.kind !== 'done') found.add(op.id, `gửi lại: ${told(outcome)}`, `sent again: ${told(outcome)}`);
      const done = effects(keyOf(op, input), from);
      const created = done.filter((e) => e.effect === 'create').length;
      const appended = done.filter((e) => e.effect === 'append').length;
      if (created > 1 || appended > 0) found.add(op.id, `khai là "${op.operation.idempotency.kind}" nhưng ba lần gửi để lại ${effectsShown(done)}`, `says "${op.operation.idempotency.kind}" and three calls leave ${effectsShown(done)}`);
    });
  }
}

/** Replies that get lost after the effect, and one call that is lost before it. */
const LOSSES: readonly { fault: FaultKind; applied: boolean }[] = [
  { fault: 'reset-after', applied: true }, { fault: 'truncated', applied: true }, { fault: 'html-502-after', applied: true }, { fault: 'garbage', applied: true }, { fault: 'reset-before', applied: false },
];

/** A success without JSON, a plain text or 204, cannot be told from noise. */
const canBeGarbled = ({ fixtures }: OperationCase): boolean => fixtures.answers.some(({ means, answer }) => means === 'accepted' && answer.kind === 'response' && answer.body !== undefined);

async function checkLostReply(suite: Suite, found: Findings): Promise<void> {
  for (const op of writesOf(suite)) {
    for (const { fault, applied } of LOSSES) {
      if (fault === 'garbage' && !canBeGarbled(op)) continue;
      await hosted(suite, async (host) => {
        const input = op.fixtures.inputs[0] as unknown;
        const key = keyOf(op, input);
        await host.prepare(op);
        const from = host.simulator.journal().length;
        host.faults.once(fault);
        const lost = await host.execute(op, [input]);
        // An answer without a body cannot break off in the middle of it.
        if (fault === 'truncated' && host.exchanges.at(-1)?.response.body === '') return;
        const truth = host.effects(key, from);
        const where = `${op.id}, ${fault}`;
        if ((truth.length > 0) !== applied) found.add(where, `hệ thống giả có ${effectsShown(truth)}`, `the simulator has ${effectsShown(truth)}`);
        if (lost.outcome.kind !== 'unknown') return found.add(where, `mất trả lời được hiểu là ${told(lost.outcome)}, phải là unknown`, `a lost reply is understood as ${told(lost.outcome)}, must be unknown`);
        await resolve(host, op, input, { from, where, truth, remote: lost.remote }, found);
      });
    }
  }
}

interface Doubt { from: number; where: string; truth: readonly JournalEntry[]; remote: RemoteState }

/** As the delivery room does it: asks where it can be asked, else takes the declared decision; and looks at what that left. */
async function resolve(host: Hosted, op: OperationCase, input: unknown, { from, where, truth, remote }: Doubt, found: Findings): Promise<void> {
  const { operation } = op;
  const key = keyOf(op, input);
  if (operation.probe === undefined) {
    const decision = operation.lostReply?.(input, { config: host.config });
    if (decision?.then !== 'resend-once') return;
    const { outcome } = await host.execute(op, [input], remote);
    if (outcome.kind !== 'done') found.add(where, `gửi lại một lần: ${told(outcome)}`, `sent once more: ${told(outcome)}`);
    const created = host.effects(key, from).filter((e) => e.effect === 'create').length;
    if (created > 1) found.add(where, `gửi lại tạo ${created} lần`, `sending once more creates ${created} times`);
    return;
  }
  const answer = await host.connection.probe(operation, input, { remote });
  if (answer.kind === 'unknown') return found.add(where, `hỏi lại hệ thống đang chạy mà vẫn chưa biết: ${issuesShown([answer.issue])}`, `a healthy upstream was asked and it is still unknown: ${issuesShown([answer.issue])}`);
  if (answer.kind === 'applied' && truth.length === 0) return found.add(where, 'hỏi lại nói đã có tác dụng, hệ thống giả không có gì', 'the probe says applied, and the simulator has nothing');
  if (answer.kind === 'not-applied' && truth.length > 0 && operation.idempotency.kind === 'none') found.add(where, 'hỏi lại nói chưa có tác dụng, hệ thống giả đã có', 'the probe says not applied, and the simulator has it');
  if (answer.remote?.exists === true && host.effects(key).length === 0) found.add(where, 'hỏi lại nói hồ sơ đã có ở đó, hệ thống giả không có', 'the probe says that the dossier is there, and the simulator has none');
  if (answer.kind === 'applied') return;
  const calls = host.exchanges.length;
  const { outcome } = await host.execute(op, [input], { ...remote, ...answer.remote });
  if (outcome.kind !== 'done') return found.add(where, `gửi lại sau khi hỏi: ${told(outcome)}`, `sent again after asking: ${told(outcome)}`);
  const done = host.effects(key, from);
  const doubled = done.filter((e) => e.effect === 'create' || e.effect === 'append').length;
  if (done.length === 0 || doubled > (op.fixtures.effects ?? 1)) found.add(where, `sau khi hỏi và gửi lại có ${effectsShown(done)}`, `after asking and sending again there are ${effectsShown(done)}`);
  if (host.exchanges.length - calls > 1) found.add(where, 'gửi lại bị từ chối trước khi được nhận: lời hỏi không cho biết điều nó đã thấy', 'sending again was refused before it was taken: the probe does not tell what it has seen');
}

async function checkBlindProbe(suite: Suite, found: Findings): Promise<void> {
  for (const op of writesOf(suite).filter(({ operation, fixtures }) => operation.probe !== undefined && fixtures.asksNothing === undefined)) {
    for (const kind of ['http-503', 'html-502', 'reset-before', 'garbage', 'error-200', 'http-429'] as const) {
      await hosted(suite, async ({ faults, connection, prepare }) => {
        await prepare(op);
        faults.set({ rules: [{ kind }] });
        const answer = await connection.probe(op.operation, op.fixtures.inputs[0], { remote: op.fixtures.remote ?? {} });
        if (answer.kind !== 'unknown') found.add(`${op.id}, ${kind}`, `không hỏi được mà trả lời ${answer.kind}`, `could not ask and answers ${answer.kind}`);
      });
    }
  }
}

const PAUSE_SECONDS = 7;

async function checkBusy(suite: Suite, found: Findings): Promise<void> {
  for (const op of suite.operations) {
    await hosted(suite, async ({ simulator, execute, prepare, effects, faults }) => {
      await prepare(op);
      const from = simulator.journal().length;
      faults.once({ kind: 'http-429', retryAfterSeconds: PAUSE_SECONDS });
      const { outcome } = await execute(op, [op.fixtures.inputs[0]]);
      if (outcome.kind !== 'retry' || outcome.retryAfterMs !== PAUSE_SECONDS * 1000) found.add(op.id, `429, Retry-After ${PAUSE_SECONDS}: ${told(outcome)}`, `429, Retry-After ${PAUSE_SECONDS}: ${told(outcome)}${outcome.kind === 'retry' ? `, waits ${String(outcome.retryAfterMs)} ms` : ''}`);
      if (effects('', from).length > 0) found.add(op.id, 'bị từ chối vì bận mà vẫn gửi tiếp', 'was refused as busy and went on all the same');
    });
  }
}

/** Sessions end at any time; that is nobody's business but the wire's. */
async function checkSession(suite: Suite, found: Findings): Promise<void> {
  for (const op of suite.operations) {
    await hosted(suite, async ({ simulator, execute, prepare, effects, faults }) => {
      await prepare(op);
      const from = simulator.journal().length;
      faults.once('expire-session');
      const input = op.fixtures.inputs[0] as unknown;
      const { outcome } = await execute(op, [input]);
      const count = effects('', from).length;
      const expected = op.operation.access === 'write' ? (op.fixtures.effects ?? 1) : 0;
      if (outcome.kind !== 'done' || count !== expected) found.add(op.id, `phiên hết hạn: ${told(outcome)}, ${count} tác dụng`, `the session had ended: ${told(outcome)}, ${count} effects`);
    });
  }
}

async function checkDeclared(suite: Suite, found: Findings): Promise<void> {
  const config = suite.configs().get('');
  for (const op of writesOf(suite).filter(({ operation }) => operation.probe === undefined)) {
    const law = (input: unknown, inner: Findings): void => {
      const decision = (op.operation as AnyOperation).lostReply?.(input, { config });
      if (decision === undefined) return inner.add(op.id, 'không có quyết định', 'has no decision');
      if (decision.then !== 'resend-once' && decision.then !== 'never-resend') inner.add(op.id, `quyết định lạ: ${shown(decision.then)}`, `decides ${shown(decision.then)}`);
      if (decision.why.vi.trim() === '' || decision.why.en.trim() === '') inner.add(op.id, 'lý do phải có tiếng Việt và tiếng Anh', 'the reason must be in Vietnamese and in English');
    };
    for (const input of op.fixtures.inputs as unknown[]) law(input, found);
    const { arbitrary } = op.fixtures;
    if (arbitrary !== undefined) await suite.forAll(found, op.id, (draw) => arbitrary(draw), law);
  }
}

/** A simulator that cannot be made is told by the checks that need it, not here. */
function hasSessions({ adapter, fixtures }: Suite): boolean {
  try {
    return (adapter.simulator?.({ ...fixtures.simulator?.options }) as HostedSimulator | undefined)?.expireSessions !== undefined;
  } catch {
    return true;
  }
}

export function simulatorChecks(suite: Suite): AdapterCheck[] {
  const noSimulator = suite.fixtures.absent?.simulator;
  const noWrites: Text | undefined = writesOf(suite).length > 0 ? undefined : { vi: 'bộ kết nối không ghi gì', en: 'the adapter writes nothing' };
  const noProbe: Text | undefined = writesOf(suite).some(({ operation }) => operation.probe !== undefined) ? undefined : { vi: 'không thao tác nào hỏi lại được', en: 'no operation has a probe' };
  const noDecision: Text | undefined = writesOf(suite).some(({ operation }) => operation.probe === undefined) ? undefined : { vi: 'mọi lời ghi đều hỏi lại được', en: 'every write has a probe' };
  return [
    makeCheck('simulator.effects', (found) => checkEffects(suite, found), noSimulator),
    makeCheck('simulator.repeat', (found) => checkRepeat(suite, found), noSimulator ?? noWrites),
    makeCheck('simulator.lost-reply', (found) => checkLostReply(suite, found), noSimulator ?? noWrites),
    makeCheck('simulator.blind-probe', (found) => checkBlindProbe(suite, found), noSimulator ?? noWrites ?? noProbe),
    makeCheck('simulator.busy', (found) => checkBusy(suite, found), noSimulator),
    makeCheck('simulator.session', (found) => checkSession(suite, found), noSimulator ?? (hasSessions(suite) ? undefined : { vi: 'hệ thống giả không có phiên', en: 'the simulator has no sessions' })),
    makeCheck('lost-reply.declared', (found) => checkDeclared(suite, found), noWrites ?? noDecision),
  ];
}
