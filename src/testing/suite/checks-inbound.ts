/** Calls that an upstream makes to us: understood whatever comes, answered in its own form. */
import type { InboundExample, InboundFixtures } from '../../adapter/fixtures.ts';
import type { InboundDeps, InboundRoute } from '../../adapter/types.ts';
import type { Dossier } from '../../model/canonical.ts';
import { isRecord } from '../../contract/is-record.ts';
import { createDossierDesk, type DossierDesk } from './desk.ts';
import { loadFastCheck } from './fast-check.ts';
import { describeError, dossiersOf, issuesShown, makeCheck, type Findings, type Suite } from './kit.ts';
import type { AdapterCheck } from './types.ts';
import { plain, same, shown, valueAt } from './values.ts';

type Answer = Awaited<ReturnType<InboundRoute['handle']>>;
type Example = Pick<InboundExample, 'body' | 'query' | 'params' | 'headers'>;

/** As a gateway does it: whoever is not let in is answered by the guard. */
function answer(route: InboundRoute, { body, query = {}, params = {}, headers = {} }: Example, deps: InboundDeps): Promise<Answer> {
  const call = { query, params, headers: { 'content-type': 'application/json', ...headers } };
  const refused = route.guard?.(call, deps.config);
  return refused === undefined ? route.handle({ ...call, body, text: JSON.stringify(body) ?? '' }, deps) : Promise.resolve(refused);
}
/** Each example has a gateway of its own, which knows no dossier but this one. */
const deskOf = (suite: Suite, dossier: Dossier | undefined): DossierDesk => createDossierDesk({ config: suite.configs().get(''), dossiers: dossier === undefined ? [] : [dossier] });

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

function checkAnswer(told: Answer, { status = 200, gives }: Pick<InboundExample, 'status' | 'gives'>, where: string, found: Findings): void {
  if (told.status !== status) found.add(where, `HTTP ${told.status}, phải là ${status}`, `HTTP ${told.status}, must be ${status}`);
  for (const [pointer, expected] of Object.entries(gives)) {
    const actual = valueAt(told.body, pointer);
    if (!same(plain(actual), plain(expected))) found.add(where, `${pointer} là ${shown(actual)}, phải là ${shown(expected)}`, `${pointer} is ${shown(actual)}, must be ${shown(expected)}`);
  }
}

async function checkKnown(suite: Suite, route: InboundRoute, { known }: InboundFixtures, found: Findings): Promise<void> {
  for (const example of known) {
    const { what, body, query = {}, dossier, again } = example;
    const where = `${route.id}, ${what}`;
    const checked = route.request(body);
    if (!checked.ok) {
      found.add(where, `lời gọi mẫu bị từ chối: ${issuesShown(checked.issues)}`, `the example call is refused: ${issuesShown(checked.issues)}`);
      continue;
    }
    const desk = deskOf(suite, dossier);
    const told = await answer(route, example, desk.deps);
    checkAnswer(told, example, where, found);
    checkAgainstContract(suite, route, body, query, told, where, found);
    if (again === undefined) continue;
    const before = JSON.stringify([...desk.dossiers]);
    const retold = await answer(route, example, desk.deps);
    checkAnswer(retold, again, `${where}, ×2`, found);
    checkAgainstContract(suite, route, body, query, retold, `${where}, ×2`, found);
    if (JSON.stringify([...desk.dossiers]) !== before) found.add(where, 'lời gọi lặp lại làm thay đổi hồ sơ', 'the same call once more changes a dossier');
  }
}

/** Where who calls is shown outside the body, a call that shows nothing is not let in. */
function checkGuard(suite: Suite, route: InboundRoute, { known }: InboundFixtures, found: Findings): void {
  if (route.guard === undefined || !known.some(({ query, params, headers }) => query !== undefined || params !== undefined || headers !== undefined)) return;
  const refusal = route.guard({ params: {}, query: {}, headers: {} }, suite.configs().get(''));
  if (refusal === undefined) found.add(route.id, 'cho vào một lời gọi không có bí mật nào', 'lets a call in that shows no secret at all');
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
      // Past the guard: what comes from who has the secret is no better for it.
      const told = await route.handle({ body, text: JSON.stringify(body) ?? '', params: {}, query: {}, headers: { 'content-type': 'application/json' } }, deskOf(suite, dossier).deps);
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
    checkGuard(suite, route, fixtures, found);
    await checkKnown(suite, route, fixtures, found);
    await checkTotal(suite, route, fixtures, found);
  }
}

export function inboundChecks(suite: Suite): AdapterCheck[] {
  return [makeCheck('inbound.answers', (found) => checkInbound(suite, found), suite.adapter.inbound.length > 0 ? undefined : { vi: 'hệ thống đích không gọi ngược lại', en: 'the upstream makes no calls to us' })];
}
