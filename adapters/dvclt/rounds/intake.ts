/**
 * Dossiers that wait at DVCLT are taken over: list (K2), detail (K3), stored here, and only then acknowledged (K4). A row that cannot be taken is put
 * aside with everything that is wrong, stays unacknowledged and holds up no other (fact sheet 3.2, 3.4).
 */
import type { Round, RoundDeps } from '../../../src/adapter/types.ts';
import { validateDossier } from '../../../src/contract/canonical.ts';
import { issue } from '../../../src/contract/errors/issue.ts';
import type { Issue } from '../../../src/contract/errors/types.ts';
import { isValidationError } from '../../../src/contract/validate.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { instantFromEpoch, localDateOf } from '../../../src/model/time.ts';
import { putAsideOnce, wordsOfValue } from '../aside.ts';
import { numberOf, unitOf, type DvcltConfig } from '../config.ts';
import type { WaitingRow } from '../contract.ts';
import { dossierOf, isSameSubmission, originText, readDetail, replaced } from '../intake.ts';
import { acknowledge } from '../operations/acknowledge.ts';
import { listDossiers, readDossier } from '../operations/read.ts';

type Deps = RoundDeps<DvcltConfig>;
type RowEnd = 'told' | 'known' | 'failed';

export const intake: Round<DvcltConfig> = {
  id: 'intake',
  title: { vi: 'Nhận hồ sơ liên thông', en: 'Take over interconnected dossiers' },
  everyMs: ({ intakeEveryMs }) => intakeEveryMs,
  async run(deps) {
    const listed = await deps.run(listDossiers, [{}]);
    if (listed.kind !== 'done') return { told: 0, failed: 1 };
    let told = 0;
    let failed = 0;
    const broken: unknown[] = [];
    const { rows, unread } = listed.value;
    for (const row of inTurn(once(rows), deps.config).slice(0, deps.config.intakeMost)) {
      if (deps.signal.aborted) break;
      try {
        const end = await takeRow(row, deps);
        if (end === 'told') told += 1;
        if (end === 'failed') failed += 1;
        note(row, end, deps.config);
      } catch (error) {
        broken.push(error);
        note(row, 'failed', deps.config);
      }
    }
    for (const { row, issues } of unread.slice(0, deps.config.intakeMost)) {
      if (deps.signal.aborted) break;
      failed += 1;
      await putAsideOnce(deps, wordsOfValue(row) ?? '', issues);
    }
    // The others went on; the gateway's log has to know all the same.
    if (broken.length > 0) throw broken[0];
    return { told, failed };
  },
};

const failing = new WeakMap<DvcltConfig, Set<string>>();
/** Those that failed before come last: a list full of them must not keep a good one waiting for ever. */
function inTurn(rows: readonly WaitingRow[], config: DvcltConfig): WaitingRow[] {
  const known = failing.get(config);
  return known === undefined ? [...rows] : [...rows.filter(({ maHoSo }) => !known.has(maHoSo)), ...rows.filter(({ maHoSo }) => known.has(maHoSo))];
}
const MOST_NOTED = 50_000;
function note({ maHoSo }: WaitingRow, end: RowEnd, config: DvcltConfig): void {
  const known = failing.get(config) ?? new Set<string>();
  failing.set(config, known);
  if (end !== 'failed') known.delete(maHoSo);
  else if (known.size < MOST_NOTED) known.add(maHoSo);
}

/** A number that is listed twice is one dossier; the newest of its rows counts. */
function once(rows: readonly WaitingRow[]): WaitingRow[] {
  return [...new Map(rows.map((row) => [row.maHoSo, row])).values()];
}

async function takeRow(row: WaitingRow, deps: Deps): Promise<RowEnd> {
  try {
    return await take(row, deps);
  } catch (error) {
    if (!isValidationError(error)) throw error;
    return aside(deps, rowText(row), error.issues);
  }
}

async function take(row: WaitingRow, deps: Deps): Promise<RowEnd> {
  const { config } = deps;
  // Before anything is fetched: files of tens of megabytes are not asked for again and again for a unit that nobody has configured.
  const { unit, issues } = placeOf(row, config);
  if (unit === undefined) return aside(deps, rowText(row), issues);

  const code = await codeFor(row.maHoSo, unit.agency.code, deps);
  const known = await deps.findDossier(code);
  if (known !== undefined && known.status !== 'SUPPLEMENT_REQUIRED') return (await confirm(row.maHoSo, deps)) ? 'known' : 'failed';

  const detail = await deps.run(readDossier, [{ id: String(row.id) }]);
  if (detail.kind !== 'done') return 'failed';
  const brought = readDetail(detail.value, row.maHoSo, config);
  const text = originText(detail.value);
  if (!brought.ok) return aside(deps, text, brought.issues, known === undefined ? undefined : code);

  const dossier = withId(await dossierOf(brought.value, code, deps), row);
  const valid = validateDossier(dossier);
  if (!valid.ok) return aside(deps, text, valid.issues, known === undefined ? undefined : code);
  // The same detail may be the answer to a second request: it is one again only for the same submission.
  const origin = { text, query: { submission: String((known?.civilStatus?.submission ?? 0) + 1) } };
  // Acknowledged and listed again all the same, it was sent again, be it without a word changed.
  const isAgain = acknowledged.get(config)?.has(row.maHoSo) === true;
  const taken = await deps.acceptDossier(dossier, origin, (standing) => (standing.status === 'SUPPLEMENT_REQUIRED' && (isAgain || !isSameSubmission(standing, dossier)) ? replaced(standing, dossier) : undefined));
  if (taken.status === 'refused' || taken.status === 'stale') return 'failed';
  if (taken.status === 'accepted') acknowledged.get(config)?.delete(row.maHoSo);
  if (!(await confirm(row.maHoSo, deps))) return 'failed';
  return taken.status === 'accepted' ? 'told' : 'known';
}

const withId = (dossier: Dossier, { id }: WaitingRow): Dossier => (dossier.civilStatus === undefined ? dossier : { ...dossier, civilStatus: { ...dossier.civilStatus, interconnectedId: String(id) } });

function placeOf(row: WaitingRow, config: DvcltConfig): { unit: { agency: { code: string } } | undefined; issues: Issue[] } {
  const issues: Issue[] = [];
  const unit = unitOf(row.maDonVi, config);
  if (!unit.ok) issues.push(issue(unit.code, '/maDonVi'));
  if (!Object.hasOwn(config.procedures, row.maTTHC ?? '')) issues.push(issue('LT-DVCLT-PROCEDURE', '/maTTHC'));
  return { unit: unit.ok && issues.length === 0 ? unit : undefined, issues };
}

/** The same number always has the same code, whatever is cut off in between. @throws RangeError when a day's numbers are used up */
function codeFor(number: string, agency: string, deps: Deps): Promise<string> {
  const day = localDateOf(instantFromEpoch(deps.now()));
  return deps.issueCode({
    series: agency, day, first: deps.config.firstNumber, key: `dvclt:${number}`,
    format(n) {
      const made = numberOf(agency, day, n);
      if (made === undefined) throw new RangeError('no further number today');
      return made;
    },
  });
}

async function confirm(number: string, deps: Deps): Promise<boolean> {
  const isDone = (await deps.run(acknowledge, [{ number }])).kind === 'done';
  const known = acknowledged.get(deps.config) ?? new Set<string>();
  acknowledged.set(deps.config, known);
  if (isDone && known.size >= MOST_NOTED) known.clear();
  if (isDone) known.add(number);
  return isDone;
}
/** Numbers whose acknowledgement was taken since this process began. */
const acknowledged = new WeakMap<DvcltConfig, Set<string>>();
async function aside(deps: Deps, text: string, issues: Issue[], code?: string): Promise<RowEnd> {
  await putAsideOnce(deps, text, issues, code);
  return 'failed';
}
/** The row without what changes or tells of a person. */
const rowText = ({ maHoSo, maDonVi, maTTHC, module, ngayTiepNhan }: WaitingRow): string => JSON.stringify({ maHoSo, maDonVi, maTTHC, module, ngayTiepNhan });
