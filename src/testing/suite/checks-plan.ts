/** What a change of a dossier makes for an operation: everything once, nothing twice, nothing dropped. */
import type { Text } from '../../contract/errors/types.ts';
import type { Dossier, HistoryEntry } from '../../model/canonical.ts';
import { stepKeys } from '../../model/step-key.ts';
import { contextOf, describeError, dossiersOf, makeCheck, type Findings, type OperationCase, type Suite } from './kit.ts';
import type { AdapterCheck } from './types.ts';
import { same, shown, turned } from './values.ts';

type Subscribed = OperationCase & { operation: { subscribe: NonNullable<OperationCase['operation']['subscribe']> } };
const subscribed = (suite: Suite): Subscribed[] => suite.operations.filter((op): op is Subscribed => op.operation.subscribe !== undefined);

const keysOf = ({ operation }: Subscribed, dossier: Dossier, config: unknown): string[] => operation.subscribe.plan(dossier, config).map(({ itemKey }) => itemKey);

function checkOnce(op: Subscribed, dossier: Dossier, config: unknown, found: Findings): void {
  const { subscribe } = op.operation;
  const keys = keysOf(op, dossier, config);
  if (new Set(keys).size !== keys.length) found.add(op.id, `lập trùng khoá: ${shown(keys)}`, `plans a key twice: ${shown(keys)}`);
  for (const key of keys) if (subscribe.input(dossier, key) === undefined) found.add(op.id, `không tìm lại được đầu vào của ${key}`, `finds no input for ${key} again`);
  if (op.operation.coalesce === 'snapshot' && keys.length > 1) found.add(op.id, `một bản chụp được lập ${keys.length} lần`, `one snapshot is planned ${keys.length} times`);
  // A dossier that this upstream does not hear of yet plans nothing at all.
  if (keys.length === 0) return;
  const expected = expectedOf(op, dossier, config);
  if (expected !== undefined && keys.length !== expected) found.add(op.id, `lập ${keys.length} mục thay vì ${expected}`, `plans ${keys.length} items instead of ${expected}`);
  const { entries } = op.fixtures;
  if (entries === undefined) return;
  const inputs = new Set(keys.map((key) => JSON.stringify(subscribe.input(dossier, key))));
  const contents = new Set(stepKeys(dossier).filter(({ entry }) => entries.skipped?.(entry, config) !== true).map(({ entry }) => JSON.stringify(entry)));
  if (inputs.size < contents.size) found.add(op.id, `${contents.size} bước khác nhau cho ${inputs.size} đầu vào khác nhau`, `${contents.size} different steps give ${inputs.size} different inputs`);
  if (subscribe.input(dossier, 'id:no-such-step') !== undefined) found.add(op.id, 'cho đầu vào của một bước không có', 'gives an input for a step that is not there');
}

/** How many items a dossier must make; `undefined` where the fixtures do not say. */
function expectedOf({ fixtures: { entries, items } }: Subscribed, dossier: Dossier, config: unknown): number | undefined {
  if (entries !== undefined) return stepKeys(dossier).filter(({ entry }) => entries.skipped?.(entry, config) !== true).length;
  return items?.(dossier, config);
}

/** Each example can be planned, and what is planned of it can be sent. */
function checkExamples(suite: Suite, found: Findings): void {
  const dossiers = dossiersOf(suite);
  const config = suite.configs().get('');
  if (dossiers.length === 0) found.add('fixtures', 'không đầu vào mẫu nào là hồ sơ', 'no example input is a dossier');
  for (const op of subscribed(suite)) {
    if (op.operation.coalesce === 'never' && op.operation.ordering === 'dossier' && op.fixtures.entries === undefined && op.fixtures.items === undefined) found.add(op.id, 'dữ liệu mẫu phải có "entries" hoặc "items": số mục của một hồ sơ', 'its fixtures must have "entries" or "items": how many items a dossier makes');
    if (dossiers.length > 0 && dossiers.every((dossier) => keysOf(op, dossier, config).length === 0)) found.add(op.id, 'không lập gì cho hồ sơ mẫu nào', 'plans nothing for any example dossier');
    for (const dossier of dossiers) {
      for (const key of keysOf(op, dossier, config)) {
        try {
          const checked = op.operation.request(op.operation.encode([op.operation.subscribe.input(dossier, key)], contextOf(config, op.fixtures.remote)));
          if (!checked.ok) found.add(op.id, `mục ${key} của hồ sơ mẫu không gửi được`, `item ${key} of an example dossier cannot be sent`);
        } catch (error) {
          found.add(op.id, `mục ${key} của hồ sơ mẫu: ${describeError(error)}`, `item ${key} of an example dossier: ${describeError(error)}`);
        }
      }
    }
  }
}

const LATER: HistoryEntry = { id: 'a-later-step', at: '2198-01-01T00:00:00Z', status: 'PROCESSING', action: 'Bước sau' };

function checkStable(op: Subscribed, dossier: Dossier, config: unknown, found: Findings): void {
  const before = structuredClone(dossier);
  const keys = keysOf(op, dossier, config);
  if (!same(dossier, before)) found.add(op.id, 'hồ sơ bị sửa', 'the dossier was changed');
  const again = keysOf(op, turned(before) as Dossier, config);
  if (!same(again, keys)) found.add(op.id, `đọc lại cùng hồ sơ cho khoá khác: ${shown(again)}, trước đó ${shown(keys)}`, `the same dossier read again gives other keys: ${shown(again)}, before ${shown(keys)}`);
  const longer = { ...before, history: [...before.history, LATER] };
  const expected = (expectedOf(op, longer, config) ?? 0) - (expectedOf(op, before, config) ?? 0);
  if (keys.length === 0 || expected < 0 || op.operation.coalesce === 'snapshot') return;
  const more = keysOf(op, longer, config);
  const lost = keys.filter((key) => !more.includes(key));
  if (lost.length > 0) found.add(op.id, `thêm một bước làm mất khoá ${shown(lost)}`, `a further step loses the keys ${shown(lost)}`);
  const added = more.filter((key) => !keys.includes(key));
  if (added.length !== expected) found.add(op.id, `thêm một bước lập thêm ${added.length} mục`, `a further step plans ${added.length} more items`);
}

async function over(suite: Suite, found: Findings, law: (op: Subscribed, dossier: Dossier, config: unknown, found: Findings) => void): Promise<void> {
  const config = suite.configs().get('');
  for (const op of subscribed(suite)) {
    for (const dossier of dossiersOf(suite)) law(op, dossier, config, found);
    await suite.forAll(found, op.id, (draw) => draw.dossier, (dossier: Dossier, inner) => law(op, dossier, config, inner));
  }
}

export function planChecks(suite: Suite): AdapterCheck[] {
  const none: Text | undefined = subscribed(suite).length > 0 ? undefined : { vi: 'không thao tác nào nhận thay đổi của hồ sơ', en: 'no operation subscribes to changes of dossiers' };
  return [
    makeCheck('plan.once', async (found) => {
      checkExamples(suite, found);
      await over(suite, found, checkOnce);
    }, none),
    makeCheck('plan.stable', (found) => over(suite, found, checkStable), none),
  ];
}
