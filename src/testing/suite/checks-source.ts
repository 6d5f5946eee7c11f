/** Reading dossiers out of a province system: nothing lost, nothing guessed, nothing thrown. */
import type { SourceFixtures } from '../../adapter/fixtures.ts';
import type { SourceSpec } from '../../adapter/types.ts';
import { errorEntry } from '../../contract/errors/catalogue.ts';
import type { Issue, Text } from '../../contract/errors/types.ts';
import { isRecord } from '../../contract/is-record.ts';
import { isValidationError } from '../../contract/validate.ts';
import { validateDossier } from '../../contract/canonical.ts';
import type { Dossier } from '../../model/canonical.ts';
import { epochFromInstant } from '../../model/time.ts';
import { loadFastCheck } from './fast-check.ts';
import { checkIssues, describeError, issuesShown, makeCheck, type Findings, type Suite } from './kit.ts';
import type { AdapterCheck } from './types.ts';
import { difference, plain, same, shown, turned, valueAt, withChanges } from './values.ts';
import { pollChecks } from './checks-poll.ts';

interface Source { spec: SourceSpec; fixtures: SourceFixtures; config: unknown }
type Read = { dossier: Dossier; warnings: Issue[] } | { refused: Issue[] };

/** @throws what is no ValidationError: that is the finding */
function read({ spec, config }: Source, record: unknown): Read {
  try {
    return spec.decode(record, config);
  } catch (error) {
    if (isValidationError(error)) return { refused: error.issues };
    throw error;
  }
}

function checkRead(source: Source, record: unknown, where: string, found: Findings): void {
  const before = structuredClone(record);
  const result = read(source, record);
  if (!same(record, before)) found.add(where, 'bản ghi bị sửa', 'the record was changed');
  if ('refused' in result) return checkIssues(result.refused, where, found);
  for (const { code } of result.warnings) if (errorEntry(code) === undefined && code.startsWith('LT-')) found.add(where, `cảnh báo ${code} không có trong danh mục`, `the warning ${code} is not in the catalogue`);
  const checked = validateDossier(result.dossier);
  if (!checked.ok) found.add(where, `cho hồ sơ không hợp lệ: ${issuesShown(checked.issues)}`, `gives a dossier that is not valid: ${issuesShown(checked.issues)}`);
  const again = read(source, turned(before));
  if ('refused' in again || difference(plain(again.dossier), plain(result.dossier)) !== '') found.add(where, 'thứ tự trường đổi thì hồ sơ đổi', 'another order of the fields gives another dossier');
}

async function checkTotal(source: Source, suite: Suite, found: Findings): Promise<void> {
  source.fixtures.records.forEach((record, i) => {
    const where = `records/${i}`;
    const result = read(source, structuredClone(record));
    if ('refused' in result) found.add(where, `bị từ chối: ${issuesShown(result.refused)}`, `is refused: ${issuesShown(result.refused)}`);
    checkRead(source, structuredClone(record), where, found);
  });
  const fc = await loadFastCheck();
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(0, -1, '', '0', null, true, Number.MAX_SAFE_INTEGER, 'constructor', '__proto__', '\u0000', '\ud800', 'a'.repeat(20_000)),
    fc.date({ noInvalidDate: true }).map((d) => d.getTime()), fc.string({ unit: 'binary', maxLength: 40 }),
  );
  const [first] = source.fixtures.records;
  const names = isRecord(first) ? Object.keys(first) : [];
  const lists = names.filter((name) => isRecord(first) && Array.isArray(first[name]) && isRecord((first[name] as unknown[])[0]));
  const item = (name: string) => {
    const items = (first as Record<string, Record<string, unknown>[]>)[name] ?? [];
    const fields = [...new Set(items.flatMap((i) => Object.keys(i)))];
    return fc.tuple(fc.constantFrom(...items), fc.dictionary(fc.constantFrom(...fields), anything, { maxKeys: 4 })).map(([i, changes]) => ({ ...i, ...changes }));
  };
  const spoiltList = lists.length === 0 ? fc.constant({}) : fc.constantFrom(...lists).chain((name) => fc.array(fc.oneof(anything, item(name)), { maxLength: 6 }).map((items) => ({ [name]: items })));
  const spoilt = names.length === 0 ? anything : fc.tuple(fc.dictionary(fc.constantFrom(...names), anything, { maxKeys: 8 }), fc.oneof(fc.constant({}), spoiltList)).map(([changes, more]) => ({ ...(first as object), ...changes, ...more }));
  await suite.forAll(found, 'decode', () => fc.oneof({ weight: 9, arbitrary: spoilt }, { weight: 1, arbitrary: anything }) as never, (record: unknown, inner) => {
    try {
      checkRead(source, record, '', inner);
    } catch (error) {
      inner.add('', `ném ${describeError(error)}`, `throws ${describeError(error)}`);
    }
  });
}

function checkKnown(source: Source, found: Findings): void {
  for (const { what, set, gives } of source.fixtures.known) {
    const result = read(source, withChanges(source.fixtures.records[0], set));
    if ('refused' in result) {
      found.add(what, `bị từ chối: ${issuesShown(result.refused)}`, `is refused: ${issuesShown(result.refused)}`);
      continue;
    }
    for (const [pointer, expected] of Object.entries(gives)) {
      const actual = valueAt(result.dossier, pointer);
      if (!same(plain(actual), plain(expected))) found.add(what, `${pointer} là ${shown(actual)}, phải là ${shown(expected)}`, `${pointer} is ${shown(actual)}, must be ${shown(expected)}`);
    }
  }
}

function checkFlagged(source: Source, found: Findings): void {
  if (source.fixtures.flagged.length === 0) found.add('fixtures', 'không có mã lạ nào để thử', 'there is no unknown code to try');
  for (const { what, set, warning, pointer, keeps = {} } of source.fixtures.flagged) {
    const result = read(source, withChanges(source.fixtures.records[0], set));
    if ('refused' in result) {
      found.add(what, `bị từ chối thay vì cảnh báo: ${issuesShown(result.refused)}`, `is refused instead of warned of: ${issuesShown(result.refused)}`);
      continue;
    }
    if (!result.warnings.some((w) => w.code === warning && w.pointer === pointer)) found.add(what, `thiếu cảnh báo ${warning} tại ${pointer}`, `lacks the warning ${warning} at ${pointer}`);
    for (const [at, expected] of Object.entries(keeps)) {
      const actual = valueAt(result.dossier, at);
      if (!same(plain(actual), plain(expected))) found.add(what, `${at} là ${shown(actual)}, phải giữ ${shown(expected)}`, `${at} is ${shown(actual)}, must keep ${shown(expected)}`);
    }
  }
}

function checkRefused(source: Source, found: Findings): void {
  for (const { what, set, code, pointer } of source.fixtures.refused) {
    const result = read(source, withChanges(source.fixtures.records[0], set));
    if (!('refused' in result)) found.add(what, 'không bị từ chối', 'is not refused');
    else if (!result.refused.some((i) => i.code === code && i.pointer === pointer)) found.add(what, `cần ${code} tại ${pointer}, có ${issuesShown(result.refused)}`, `expected ${code} at ${pointer}, found ${issuesShown(result.refused)}`);
  }
}

function checkSteps(source: Source, found: Findings): void {
  if (source.fixtures.withSteps === undefined) return found.add('fixtures', 'thiếu withSteps; nếu nguồn không giữ bước xử lý, ghi lý do ở absent.steps', 'withSteps is missing; if the source keeps no steps, say why in absent.steps');
  for (const count of [0, 1, 2, 7, 40]) {
    const result = read(source, source.fixtures.withSteps(count));
    if ('refused' in result) {
      found.add(`${count}`, `bị từ chối: ${issuesShown(result.refused)}`, `is refused: ${issuesShown(result.refused)}`);
      continue;
    }
    const { history } = result.dossier;
    if (history.length !== count) found.add(`${count}`, `bản ghi có ${count} bước, hồ sơ có ${history.length}`, `the record has ${count} steps, the dossier ${history.length}`);
    const times = history.map(({ at }) => epochFromInstant(at) ?? Number.NaN);
    if (times.some((at, i) => i > 0 && at < (times[i - 1] ?? 0))) found.add(`${count}`, 'quá trình không theo thời gian', 'the history is not in the order of time');
  }
}

export function sourceChecks(suite: Suite): AdapterCheck[] {
  const { source: spec } = suite.adapter;
  const { source: fixtures } = suite.fixtures;
  const none: Text | undefined = spec === undefined ? { vi: 'bộ kết nối không phải hệ thống nguồn', en: 'the adapter is no source' } : undefined;
  const from = (): Source => {
    if (spec === undefined || fixtures === undefined || fixtures.records.length === 0) throw new Error('the adapter is a source and its fixtures have no records');
    return { spec, fixtures, config: suite.configs().get('') };
  };
  return [
    makeCheck('source.total', (found) => checkTotal(from(), suite, found), none),
    makeCheck('source.known', (found) => checkKnown(from(), found), none),
    makeCheck('source.flagged', (found) => checkFlagged(from(), found), none),
    makeCheck('source.refused', (found) => checkRefused(from(), found), none),
    makeCheck('source.steps', (found) => checkSteps(from(), found), none ?? suite.fixtures.absent?.steps),
    ...pollChecks(suite, none),
  ];
}
