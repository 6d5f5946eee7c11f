/** Polling a source: every record is met, whatever changes meanwhile and wherever it is cut off. */
import type { SourceFixtures } from '../../adapter/fixtures.ts';
import type { AdapterRuntime, SourceSpec, Wire } from '../../adapter/types.ts';
import type { Text } from '../../contract/errors/types.ts';
import { createTransport } from '../../adapter/http.ts';
import { hosted, type Hosted } from './hosted.ts';
import { describeError, makeCheck, type Findings, type Suite } from './kit.ts';
import type { AdapterCheck } from './types.ts';
import { shown } from './values.ts';

const START = Date.UTC(2025, 6, 1, 1, 0, 0);
const MINUTE = 60_000;
/** Enough for several pages of the fixtures' size, with many changed in the same moment. */
const RECORDS = 23;
const SAME_MOMENT = 9;

type Poll = NonNullable<SourceFixtures['poll']>;
interface Polled { ids: Set<string>; cursor: string | undefined; error: unknown }

/** When the n-th record changed: the first ones one after the other, the rest all in one moment. */
const changedAt = (n: number): number => START + Math.min(n, RECORDS - SAME_MOMENT) * MINUTE;

async function pollOnce(spec: SourceSpec, poll: Poll, wire: Wire, config: unknown, cursor: string | undefined): Promise<Polled> {
  const ids = new Set<string>();
  let last = cursor;
  try {
    for await (const page of spec.poll?.({ wire, config, now: () => START + 1_000 * MINUTE }, cursor) ?? []) {
      for (const record of page.records) ids.add(poll.id(record));
      last = page.cursor;
    }
    return { ids, cursor: last, error: undefined };
  } catch (error) {
    // What a caller keeps of a poll that broke off: the cursor of the last page that it had.
    return { ids, cursor: last, error };
  }
}

async function withSource(suite: Suite, body: (host: Hosted, wire: Wire, poll: Poll, spec: SourceSpec, ids: string[]) => Promise<void>): Promise<void> {
  const { source: spec } = suite.adapter;
  const poll = suite.fixtures.source?.poll;
  if (spec === undefined || poll === undefined) throw new Error('the adapter polls and its fixtures have no source.poll');
  const records = Array.from({ length: RECORDS }, (_, n) => poll.record(n, changedAt(n)));
  await hosted(suite, async (host) => {
    const runtime: AdapterRuntime = { now: () => START + 1_000 * MINUTE, transport: createTransport };
    const wire = suite.adapter.open(host.config, runtime);
    try {
      await body(host, wire, poll, spec, records.map((record) => poll.id(record)));
    } finally {
      await wire.close();
    }
  }, poll.options(records));
}

const missing = (ids: readonly string[], ...seen: ReadonlySet<string>[]): string[] => ids.filter((id) => !seen.some((set) => set.has(id)));

async function checkPoll(suite: Suite, found: Findings): Promise<void> {
  await withSource(suite, async ({ simulator, config }, wire, poll, spec, ids) => {
    const first = await pollOnce(spec, poll, wire, config, undefined);
    if (first.error !== undefined) return found.add('first poll', `ném ${describeError(first.error)}`, `throws ${describeError(first.error)}`);
    const lost = missing(ids, first.ids);
    if (lost.length > 0) found.add('first poll', `${lost.length} trên ${ids.length} bản ghi không gặp: ${shown(lost)}`, `${lost.length} of ${ids.length} records were not met: ${shown(lost)}`);
    if (first.cursor === undefined || first.cursor === '') found.add('first poll', 'không cho con trỏ', 'gives no cursor');

    // Changed and new since then; one of them in the very moment at which the first poll ended.
    const later = [poll.record(2, changedAt(RECORDS) + MINUTE), poll.record(RECORDS + 1, changedAt(RECORDS) + 2 * MINUTE), poll.record(RECORDS + 2, changedAt(RECORDS - 1))];
    for (const record of later) poll.put(simulator, record);
    const second = await pollOnce(spec, poll, wire, config, first.cursor);
    const unseen = missing(later.map((record) => poll.id(record)), second.ids);
    if (second.error !== undefined || unseen.length > 0) found.add('second poll', `bản ghi đổi sau con trỏ không gặp: ${shown(unseen)} ${second.error === undefined ? '' : describeError(second.error)}`, `records changed after the cursor were not met: ${shown(unseen)} ${second.error === undefined ? '' : describeError(second.error)}`);
    const third = await pollOnce(spec, poll, wire, config, second.cursor);
    if (third.error !== undefined) found.add('third poll', `ném ${describeError(third.error)}`, `throws ${describeError(third.error)}`);
  });
}

/** How many calls a whole poll takes. */
async function callsOfPoll(suite: Suite): Promise<number> {
  let calls = 0;
  await withSource(suite, async ({ config, exchanges }, wire, poll, spec) => {
    await pollOnce(spec, poll, wire, config, undefined);
    calls = exchanges.length;
  });
  return calls;
}

/** Cut off at its beginning, in the middle and near its end; what is met before and after it together must be everything. */
async function checkInterrupted(suite: Suite, found: Findings): Promise<void> {
  const calls = await callsOfPoll(suite);
  for (const fault of ['reset-before', 'http-503', 'truncated'] as const) {
    for (const at of new Set([0, Math.floor(calls / 3), Math.floor(calls * 0.7), calls - 1])) {
      await withSource(suite, async ({ config, faults }, wire, poll, spec, ids) => {
        faults.set({ sequence: [...Array.from({ length: at }, () => 'none' as const), fault] });
        const broken = await pollOnce(spec, poll, wire, config, undefined);
        faults.set({});
        const where = `${fault}, ${at + 1}`;
        if (broken.error === undefined && missing(ids, broken.ids).length > 0) found.add(where, 'lượt đọc bị ngắt mà không báo, và thiếu bản ghi', 'the poll was cut off, said nothing, and lacks records');
        const after = await pollOnce(spec, poll, wire, config, broken.cursor);
        const lost = missing(ids, broken.ids, after.ids);
        if (after.error !== undefined || lost.length > 0) found.add(where, `đọc tiếp từ con trỏ thì bỏ qua: ${shown(lost)}`, `going on from the cursor skips: ${shown(lost)}`);
      });
    }
  }
}

export function pollChecks(suite: Suite, none: Text | undefined): AdapterCheck[] {
  const skip: Text | undefined = none ?? suite.fixtures.absent?.simulator ?? (suite.adapter.source?.poll === undefined ? { vi: 'hệ thống nguồn không được đọc định kỳ', en: 'the source is not polled' } : undefined);
  return [
    makeCheck('source.poll', (found) => checkPoll(suite, found), skip),
    makeCheck('source.interrupted', (found) => checkInterrupted(suite, found), skip),
  ];
}
