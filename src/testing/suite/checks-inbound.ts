/** Calls that an upstream makes to us: understood whatever comes, answered in its own form. */
import type { InboundFixtures } from '../../adapter/fixtures.ts';
import type { InboundRoute } from '../../adapter/types.ts';
import type { Dossier } from '../../model/canonical.ts';
import { isRecord } from '../../contract/is-record.ts';
import { createDossierDesk } from './desk.ts';
import { loadFastCheck } from './fast-check.ts';
import { describeError, dossiersOf, issuesShown, makeCheck, type Findings, type Suite } from './kit.ts';
import type { AdapterCheck } from './types.ts';
import { plain, same, shown, valueAt } from './values.ts';

type Answer = Awaited<ReturnType<InboundRoute['handle']>>;
/** Each call has a gateway of its own, which knows no dossier but this one. */
function answer(suite: Suite, route: InboundRoute, body: unknown, dossier: Dossier | undefined, query: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const { deps } = createDossierDesk({ config: suite.configs().get(''), dossiers: dossier === undefined ? [] : [dossier] });
  return route.handle({ body, text: JSON.stringify(body) ?? '', params: {}, query, headers: { 'content-type': 'application/json' } }, deps);
}

/** The answer as the upstream gets it, held against the document where it knows the call. */
function checkAgainstContract(suite: Suite, route: InboundRoute, body: unknown, query: Readonly<Record<string, string>>, told: Answer, where: string, found: Findings): void {
  const contract = suite.contract();
  const call = { method: route.method, path: `/${route.path}`, query, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) ?? '' };
  if (contract?.find(call.method, call.path) === undefined) return;
  const asked = contract.checkRequest(call);
  if (asked.issues.length > 0) found.add(where, `lời gọi mẫu sai tài liệu: ${issuesShown(asked.issues)}`, `the example call is not what the document says: ${issuesShown(asked.issues)}`);
  const verdict = contract.checkResponse(call, { status: told.status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(told.body) ?? '' });
  if (verdict.issues.length > 0) found.add(where, `câu trả lời sai tài liệu: ${issuesShown(verdict.issues)}`, `the answer is not what the document says: ${issuesShown(verdict.issues)}`);
}

async function checkKnown(suite: Suite, route: InboundRoute, { known }: InboundFixtures, found: Findings): Promise<void> {
  for (const { what, body, query = {}, dossier, status = 200, gives } of known) {
    const where = `${route.id}, ${what}`;
    const checked = route.request(body);
    if (!checked.ok) {
      found.add(where, `lời gọi mẫu bị từ chối: ${issuesShown(checked.issues)}`, `the example call is refused: ${issuesShown(checked.issues)}`);
      continue;
    }
    const told = await answer(suite, route, body, dossier, query);
    if (told.status !== status) found.add(where, `HTTP ${told.status}, phải là ${status}`, `HTTP ${told.status}, must be ${status}`);
    for (const [pointer, expected] of Object.entries(gives)) {
      const actual = valueAt(told.body, pointer);
      if (!same(plain(actual), plain(expected))) found.add(where, `${pointer} là ${shown(actual)}, phải là ${shown(expected)}`, `${pointer} is ${shown(actual)}, must be ${shown(expected)}`);
    }
    checkAgainstContract(suite, route, body, query, told, where, found);
  }
}

/** Bodies of no kind at all, and near the examples: nothing is thrown, and there is always an answer. */
async function checkTotal(suite: Suite, route: InboundRoute, { known }: InboundFixtures, found: Findings): Promise<void> {
  const fc = await loadFastCheck();
  const dossier = dossiersOf(suite)[0] ?? known.find((example) => example.dossier !== undefined)?.dossier;
  const junk = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.string({ unit: 'grapheme' }), fc.constantFrom(undefined, null, [], {}));
  const names = [...new Set(known.flatMap(({ body }) => (isRecord(body) ? Object.keys(body) : [])))];
  const near = names.length === 0 ? junk : fc.dictionary(fc.constantFrom(...names), junk, { maxKeys: 3 });
  for (const body of fc.sample(fc.oneof(near, junk), { numRuns: suite.runs, seed: suite.seed })) {
    try {
      route.request(body);
      const told = await answer(suite, route, body, dossier);
      if (!Number.isInteger(told.status) || told.status < 200 || told.status > 599 || JSON.stringify(told.body) === undefined) found.add(route.id, `trả lời ${shown(told)} cho ${shown(body)}`, `answers ${shown(told)} to ${shown(body)}`);
    } catch (error) {
      found.add(route.id, `ném ${describeError(error)} với ${shown(body)}`, `throws ${describeError(error)} at ${shown(body)}`);
      return;
    }
  }
}

async function checkInbound(suite: Suite, found: Findings): Promise<void> {
  for (const route of suite.adapter.inbound) {
    if (route.title.vi.trim() === '' || route.title.en.trim() === '') found.add(route.id, 'tên phải có tiếng Việt và tiếng Anh', 'its title must be in Vietnamese and in English');
    const fixtures = suite.fixtures.inbound?.[route.id];
    if (fixtures === undefined || fixtures.known.length === 0) {
      found.add(route.id, 'không có dữ liệu mẫu (inbound)', 'has no fixtures (inbound)');
      continue;
    }
    await checkKnown(suite, route, fixtures, found);
    await checkTotal(suite, route, fixtures, found);
  }
}

export function inboundChecks(suite: Suite): AdapterCheck[] {
  return [makeCheck('inbound.answers', (found) => checkInbound(suite, found), suite.adapter.inbound.length > 0 ? undefined : { vi: 'hệ thống đích không gọi ngược lại', en: 'the upstream makes no calls to us' })];
}
