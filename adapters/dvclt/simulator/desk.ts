/**
 * The simulated DVCLT: dossiers that wait until they are acknowledged (K2–K4), the events that the province reports of them (K7), and citizens who
 * supplement what they were asked for, so that their dossier waits again.
 */
import { dueQueue } from '../../../src/adapter/due-queue.ts';
import type { Random } from '../../../src/adapter/random.ts';
import type { JournalEntry } from '../../../src/adapter/types.ts';
import { formatTime, instantFromEpoch } from '../../../src/model/time.ts';
import { fieldOf, fileSeen, inside, type SeenFile } from './checks.ts';
import type { MessageName, Settings } from './options.ts';
import { declare, type Declaration, type Fields, type Wish } from './people.ts';
import { isQuick } from './suffixes.ts';

/** One citizen's dossier. */
export interface Application {
  /** of DVCLT: `G22.99.99-yyMMdd-NNNN` */
  number: string;
  /** of the list */
  id: string;
  kind: 'KS' | 'KT';
  /** in the list, not acknowledged */
  isWaiting: boolean;
  /** declarations so far; more than one after supplements */
  versions: number;
  /** how often each was acknowledged, and how often its detail was read */
  acknowledged: number;
  read: number;
  /** the province's number of it, as reported first */
  code?: string;
  /** events that were taken, in order */
  events: number[];
  /** of the last supplement or refusal */
  reason: string;
  supplementDue: string;
  /** of event 4 */
  result?: { citizenNumber: string; paperCode: string; file?: SeenFile };
  /** what was declared last, by element */
  declared: Readonly<Record<string, string>>;
}
interface Work extends Application {
  wish: Wish;
  random: Random;
  declaration: Declaration | undefined;
  /** events of this submission */
  reached: Set<number>;
}

/** What must have been reported before (3.7, 3.10). */
const BEFORE: Readonly<Record<number, number>> = { 3: 1, 7: 3, 4: 7, 5: 4, 2: 1, 6: 1 };

export type Reported = { kind: 'taken' } | { kind: 'says'; message: MessageName };
export type WriteEntry = (service: string, effect: JournalEntry['effect'], key?: string, item?: unknown, note?: string) => void;

export function createDesk(settings: Settings, now: () => number, write: WriteEntry) {
  const applications: Work[] = [];
  const byNumber = new Map<string, Work>();
  const due = dueQueue<Work>();
  const perDay = new Map<string, number>();
  const counts = { declared: 0, supplemented: 0, acknowledged: 0, reported: 0, strangers: 0, secondCodes: 0 };

  /** The next of the day. */
  function nextNumber(): string {
    const day = formatTime(instantFromEpoch(now()), 'yyyyMMdd').slice(2);
    const next = (perDay.get(day) ?? 0) + 1;
    perDay.set(day, next);
    return `G22.${settings.provinceCode}.${settings.provinceCode}-${day}-${String(next).padStart(4, '0')}`;
  }
  function newWork(number: string, wish: Wish): Work {
    const order = applications.length + 1;
    const work: Work = {
      number, id: String(70 + order), kind: wish.kind ?? (order % 2 === 1 ? 'KS' : 'KT'), isWaiting: false, versions: 0, acknowledged: 0, read: 0, events: [], reason: '', supplementDue: '', declared: {},
      wish, random: settings.random.fork(`citizen:${order}`), declaration: undefined, reached: new Set(),
    };
    applications.push(work);
    byNumber.set(number, work);
    return work;
  }

  /** It waits in the list from now on. */
  function submit(work: Work): void {
    work.versions += 1;
    const wish = work.versions === 1 ? work.wish : { ...work.wish, spoil: 'none' as const };
    work.declaration = declare(work.number, work.kind, settings.random.fork(`declared:${work.number}`), work.versions, now(), wish, settings);
    work.declared = work.declaration.fields;
    work.isWaiting = true;
    counts.declared += 1;
  }
  function supplement(work: Work): void {
    // What was reported of the last submission is over; that it was received is not.
    work.reached = new Set([1]);
    counts.supplemented += 1;
    submit(work);
  }
  const isAsked = (work: Work): boolean => work.reached.has(2) && !work.reached.has(6);

  function apply(wish: Wish = {}): Application {
    const number = wish.number ?? nextNumber();
    if (byNumber.has(number)) throw new TypeError(`${number} is there already`);
    const work = newWork(number, wish);
    submit(work);
    return work;
  }

  function knownAs(number: string): Work | undefined {
    const known = byNumber.get(number);
    if (known !== undefined || settings.unknownDossiers === 'refuse') return known;
    counts.strangers += 1;
    return newWork(number, {});
  }

  /** What is answered to an event that cannot be taken now; undefined when it can. */
  function objection({ reached }: Work, status: number): MessageName | undefined {
    if (reached.has(6)) return 'refusedBefore';
    if (reached.has(5)) return 'returnedBefore';
    if (reached.has(4) && status !== 5) return status === 4 ? 'hasResult' : 'registeredBefore';
    if (reached.has(status)) return 'existsBefore';
    if (status !== 1 && !reached.has(1)) return 'notSentYet';
    const before = BEFORE[status];
    return before !== undefined && !reached.has(before) ? 'orderMissing' : undefined;
  }

  function report(body: Fields): Reported {
    const number = fieldOf(body, 'soHoSoLT');
    const work = knownAs(number);
    if (work === undefined) return { kind: 'says', message: 'unknownDossier' };
    const status = Number(body['trangThai']);
    const code = fieldOf(body, 'maHoSo');
    const isStranger = work.declaration === undefined && work.events.length === 0;
    work.code ??= code;
    if (work.code !== code) {
      // One dossier under two numbers of the province.
      counts.secondCodes += 1;
      return { kind: 'says', message: 'badLogic' };
    }
    // Of what DVCLT does not know, whatever is reported first may be.
    if (isStranger) for (let step = BEFORE[status]; step !== undefined; step = BEFORE[step]) work.reached.add(step);
    const message = objection(work, status);
    if (message !== undefined) return { kind: 'says', message };
    work.reached.add(status);
    work.events.push(status);
    counts.reported += 1;
    const file = resultOf(work, body, status);
    write('reportStatus', 'update', number, {
      trangThai: status, maHoSo: code, thoiGianThucHien: body['thoiGianThucHien'], noiDungXuLy: body['noiDungXuLy'], hanBoSungHoSo: body['hanBoSungHoSo'], ...(file === undefined ? {} : { tep: file }),
    });
    if (status === 2 || status === 6) work.reason = fieldOf(body, 'noiDungXuLy');
    if (status === 2) asked(work, fieldOf(body, 'hanBoSungHoSo'));
    return { kind: 'taken' };
  }
  function resultOf(work: Work, body: Fields, status: number): SeenFile | undefined {
    if (status !== 4) return undefined;
    const result = inside(body['ketQuaXuLy']);
    const file = fileSeen(fieldOf(result, work.kind === 'KS' ? 'giayKhaiSinh' : 'giayKhaiTu'));
    work.result = { citizenNumber: fieldOf(result, 'soDinhDanh'), paperCode: fieldOf(result, 'maGiayToKetQua'), ...(file === undefined ? {} : { file }) };
    return file;
  }
  function asked(work: Work, deadline: string): void {
    work.supplementDue = deadline;
    const { supplementAfterMs: span } = settings;
    if (settings.suffixes && isQuick(work.number)) due.put(now(), work);
    else if (span !== 'never') due.put(now() + span[0] + Math.round(work.random.next() * (span[1] - span[0])), work);
  }

  let coming = settings.citizens;
  /** Those who have not declared anything yet do so now. */
  function declareAll(): void {
    for (; coming > 0; coming -= 1) apply();
  }
  if (!settings.citizensWait) declareAll();

  return {
    apply,
    /** what is due, done */
    work(): void {
      for (let next = due.take(now()); next !== undefined; next = due.take(now())) if (isAsked(next.item)) supplement(next.item);
    },
    /** the citizen answers the request for a supplement now. @throws TypeError when there is none */
    supplement(number: string): void {
      const work = byNumber.get(number);
      if (work === undefined || !isAsked(work)) throw new TypeError(`${number} is not asked for a supplement`);
      supplement(work);
    },
    /** rows of K2 */
    list: (): Fields[] => applications.filter(({ isWaiting }) => isWaiting).map(({ id, declaration }) => ({ id, ...declaration?.row })),
    /** level 1 of K3; undefined for an id that there is not. What was acknowledged can still be read */
    detail(id: string): { number: string; level1: Fields } | undefined {
      const work = applications.find((one) => one.id === id);
      if (work?.declaration === undefined) return undefined;
      work.read += 1;
      return { number: work.number, level1: work.declaration.detail };
    },
    /** K4; `again`: it was acknowledged before, and does no harm */
    acknowledge(number: string): 'taken' | 'again' | 'unknown' {
      const work = knownAs(number);
      if (work === undefined) return 'unknown';
      const isFirst = work.isWaiting || (work.declaration === undefined && work.acknowledged === 0);
      work.isWaiting = false;
      work.acknowledged += 1;
      counts.acknowledged += 1;
      return isFirst ? 'taken' : 'again';
    },
    report,
    declareAll,
    nextAt: (): number => due.next(),
    find: (number: string): Application | undefined => byNumber.get(number),
    all: (): readonly Application[] => applications,
    counts,
  };
}
export type Desk = ReturnType<typeof createDesk>;
