/**
 * The simulated VNeID: citizens who apply (L1, then L2), are asked for supplements and answer them, and the states that the province reports (L6). What
 * becomes of a call to the province is known only once it was answered.
 */
import { dueQueue } from '../../../src/adapter/due-queue.ts';
import type { Random } from '../../../src/adapter/random.ts';
import type { JournalEntry, SimulatorCallback } from '../../../src/adapter/types.ts';
import { isRecord } from '../../../src/contract/is-record.ts';
import { formatTime, instantFromEpoch } from '../../../src/model/time.ts';
import { fieldOf, fileSeen, type SeenFile } from './checks.ts';
import type { Settings } from './options.ts';
import { submission, type Wish } from './people.ts';

export type Phase = 'wants-code' | 'sent' | 'taken' | 'asked' | 'refused';
/** One citizen's application. */
export interface Application {
  /** from 1 */
  citizen: number;
  phase: Phase;
  /** the number that the province gave */
  code?: string;
  /** bodies that were made for it, and how often one was sent */
  versions: number;
  sent: number;
  /** `statusCode errorDetail` of each answer to L2 that reached VNeID */
  answers: string[];
  /** as VNeID shows it to the citizen (2.9) */
  state: string;
  /** of the last report */
  reason: string;
  dueOn: string;
  certificate?: SeenFile & { number: string };
  revocations: SeenFile[];
}
interface Work extends Application {
  wish: Wish;
  random: Random;
  /** the body that is on its way, or was taken last */
  body: string;
}
type Due = { work: Work; what: 'ask' | 'supplement' };

/** 2.9: what may follow what. The step back from 5 is the citizen's alone. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  1: ['2', '3', '4', '5', '6', '7', '8', '9'], 2: ['3', '4', '5', '6', '7', '8', '9'], 4: ['3', '5', '6', '7', '8', '9'], 5: ['3', '7', '8'],
  6: ['2', '3', '4', '5', '7', '8', '9'], 8: ['2', '3', '4', '7', '9'], 9: ['10'], 10: [], 3: [], 7: [],
};
const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' };
const PREFIX = '/api/v1/hosos/LLTP';
/** Answers that are kept of one application. */
const MOST_ANSWERS = 50;

export type Report = { kind: 'taken' } | { kind: 'cannot-update' } | { kind: 'unknown' };
export type WriteEntry = (service: string, effect: JournalEntry['effect'], key?: string, item?: unknown, note?: string, at?: number) => void;

export function createDesk(settings: Settings, now: () => number, write: WriteEntry) {
  const applications: Work[] = [];
  const byCode = new Map<string, Work>();
  const due = dueQueue<Due>();
  const waiting: SimulatorCallback[] = [];
  const counts = { codesAsked: 0, codesRefused: 0, codesUnused: 0, sent: 0, taken: 0, refusedByProvince: 0, strangers: 0 };
  const { retry } = settings;
  const spell = (text: string): string => text.normalize(settings.letters);

  const shared = { query: { CodeGet: settings.codeGet }, retry };
  const newWork = (wish: Wish, code?: string): Work => ({
    citizen: applications.length + 1, phase: 'wants-code', versions: 0, sent: 0, answers: [], state: '', reason: '', dueOn: '', revocations: [], wish, body: '',
    random: settings.random.fork(`citizen:${applications.length + 1}`), ...(code === undefined ? {} : { code }),
  });

  function jsonOf(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  }

  function askCode(work: Work): SimulatorCallback {
    counts.codesAsked += 1;
    return {
      ...shared, name: 'issueCode', method: 'GET', path: `${PREFIX}/LayMaHoSo`, subject: `citizen ${work.citizen}`,
      answered(status, body) {
        // `succeeded` says false all the same (2.1): only data counts.
        const code = status === 200 ? fieldOf(jsonOf(body), 'data') : '';
        if (code === '') {
          counts.codesRefused += 1;
          return write('issueCode', 'refused', undefined, { citizen: work.citizen }, `HTTP ${status}`);
        }
        // Asked twice, each answer is another number: the second is never used.
        if (work.code !== undefined) return void (counts.codesUnused += 1);
        work.code = code;
        byCode.set(code, work);
        write('issueCode', 'read', code, { citizen: work.citizen });
        send(work);
      },
    };
  }

  /** @param fresh the citizen has changed something: another body, else the same to the letter */
  function bodyOf(work: Work, fresh: boolean, at: number): string {
    if (!fresh && work.body !== '') return work.body;
    work.versions += 1;
    const body = submission(work.code ?? '', settings.random.fork(`citizen:${work.citizen}`), work.versions, formatTime(instantFromEpoch(at), 'dd/MM/yyyy'), work.wish, settings);
    return spell(JSON.stringify(body));
  }

  /** @param line connections of its own, so that two go at once */
  function submit(work: Work, body: string, line = '', deaf = false): SimulatorCallback {
    const code = work.code ?? '';
    work.body = body;
    let isDeaf = deaf;
    return {
      ...shared, name: 'createDossier', method: 'POST', path: `${PREFIX}/TaoHoSo`, subject: `${code}${line}`, headers: JSON_HEADERS, body,
      answered(status, text) {
        work.sent += 1;
        counts.sent += 1;
        if (isDeaf) {
          // What was answered does not arrive: the same goes again.
          isDeaf = false;
          waiting.push(submit(work, body));
          return;
        }
        const answer = jsonOf(text);
        const [said, detail] = [fieldOf(answer, 'statusCode'), fieldOf(answer, 'errorDetail')];
        if (work.answers.length < MOST_ANSWERS) work.answers.push(`${said === '' ? `HTTP ${status}` : said} ${detail}`.trim());
        if (said === '00') taken(work);
        else if (status < 500 && status !== 429) refused(work, detail === '' ? `HTTP ${status}` : detail);
      },
    };
  }
  function taken(work: Work): void {
    counts.taken += 1;
    // What was told again, or twice at once, is news only the first time.
    if (work.phase !== 'sent' && work.phase !== 'refused') return;
    write('createDossier', work.state === '5' ? 'update' : 'create', work.code, { version: work.versions, bytes: work.body.length });
    work.phase = 'taken';
    work.state = '1';
  }
  function refused(work: Work, detail: string): void {
    counts.refusedByProvince += 1;
    if (work.phase === 'sent') work.phase = work.state === '5' ? 'asked' : 'refused';
    write('createDossier', 'refused', work.code, { version: work.versions }, detail);
  }

  function send(work: Work, fresh = false, at = now()): void {
    work.phase = 'sent';
    const first = bodyOf(work, fresh, at);
    switch (settings.delivery) {
      case 'once': return void waiting.push(submit(work, first));
      case 'lost-answer': return void waiting.push(submit(work, first, '', true));
      case 'twice': return void waiting.push(submit(work, first), submit(work, first, ' again'));
      case 'two-versions': {
        const second = bodyOf(work, true, at);
        return void waiting.push(submit(work, first), submit(work, second, ' again'));
      }
    }
  }

  function apply(wish: Wish = {}): Application {
    const work = newWork(wish);
    applications.push(work);
    due.put(now(), { work, what: 'ask' });
    return work;
  }

  /** When a citizen who was asked just now answers: at once in dossiers …9005. */
  function supplementAt(work: Work): number | undefined {
    if (settings.suffixes && work.code?.endsWith('-9005') === true) return now();
    const { supplementAfterMs: span } = settings;
    return span === 'never' ? undefined : now() + span[0] + Math.round(work.random.next() * (span[1] - span[0]));
  }

  function knownAs(code: string): Work | undefined {
    const known = byCode.get(code);
    if (known !== undefined || settings.unknownDossiers === 'refuse') return known;
    counts.strangers += 1;
    // In no state yet: whatever is reported first may be.
    const stranger: Work = { ...newWork({}, code), phase: 'taken' };
    applications.push(stranger);
    byCode.set(code, stranger);
    return stranger;
  }

  for (let i = 0; i < settings.citizens; i += 1) apply();

  return {
    apply,
    /** what is due, done */
    work(): void {
      for (let next = due.take(now()); next !== undefined; next = due.take(now())) {
        const { work, what } = next.item;
        if (what === 'ask') waiting.push(askCode(work));
        else if (work.phase === 'asked') send(work, true, next.at);
      }
    },
    /** a citizen applies: the number is asked for, and what follows is called by itself */
    applyNow(wish: Wish = {}): SimulatorCallback {
      const work = newWork(wish);
      applications.push(work);
      return askCode(work);
    },
    /** the citizen answers the request for a supplement now. @throws TypeError when there is none */
    supplement(code: string): SimulatorCallback {
      const work = byCode.get(code);
      if (work?.phase !== 'asked') throw new TypeError(`${code} is not asked for a supplement`);
      work.phase = 'sent';
      return submit(work, bodyOf(work, true, now()));
    },
    /** the same body again, as after an answer that was lost. @throws TypeError when nothing was sent */
    repeat(code: string): SimulatorCallback {
      const work = byCode.get(code);
      if (work === undefined || work.body === '') throw new TypeError(`${code} was never sent`);
      return submit(work, work.body);
    },
    /** a number is asked for, to try an endpoint: nobody applies with it */
    ask: (): SimulatorCallback => ({ ...shared, name: 'issueCode', method: 'GET', path: `${PREFIX}/LayMaHoSo` }),
    /** a dossier under a number that a person has */
    submit(code: string, wish: Wish = {}): SimulatorCallback {
      const work = byCode.get(code) ?? newWork(wish, code);
      if (!byCode.has(code)) {
        applications.push(work);
        byCode.set(code, work);
      }
      work.phase = 'sent';
      return submit(work, bodyOf(work, false, now()));
    },
    /** L6, after its form was checked */
    report(body: Record<string, unknown>): Report {
      const [code, state, type] = [fieldOf(body, 'maHoSoMCDT'), fieldOf(body, 'trangThaiXuLy'), fieldOf(body, 'type')];
      const work = knownAs(code);
      if (work === undefined) return { kind: 'unknown' };
      // The province reports on what it has taken; its answer may still be on its way to us.
      if (work.phase === 'sent') taken(work);
      const result = body['ketQuaXuLy'];
      const file = fileSeen(fieldOf(result, 'phieuLLTP'));
      const item = { trangThaiXuLy: state, type, lyDoTuChoi: fieldOf(body, 'lyDoTuChoi'), ngayHenTraKetQua: body['ngayHenTraKetQua'], ...(file === undefined ? {} : { phieuLLTP: file }) };
      const isFirst = work.state === '';
      if (isFirst) work.state = state;
      if (type === 'thuhoi') {
        const decision = fileSeen(fieldOf(result, 'quyetDinhThuHoi'));
        const isNew = decision !== undefined && !work.revocations.some(({ sha256 }) => sha256 === decision.sha256);
        if (!isNew || work.state !== state || !['9', '10'].includes(state)) return { kind: 'cannot-update' };
        work.revocations.push(decision);
        write('reportStatus', 'update', code, { ...item, quyetDinhThuHoi: decision });
        return { kind: 'taken' };
      }
      if (!isFirst && NEXT[work.state]?.includes(state) !== true) return { kind: 'cannot-update' };
      work.state = state;
      work.reason = fieldOf(body, 'lyDoTuChoi');
      work.dueOn = fieldOf(body, 'ngayHenTraKetQua');
      if (isRecord(result) && file !== undefined) work.certificate = { number: fieldOf(result, 'soPhieuLLTP'), ...file };
      write('reportStatus', 'update', code, item);
      if (state === '5') {
        work.phase = 'asked';
        const at = supplementAt(work);
        if (at !== undefined) due.put(at, { work, what: 'supplement' });
      }
      return { kind: 'taken' };
    },
    takeCallbacks: (): SimulatorCallback[] => waiting.splice(0),
    nextAt: (): number => (waiting.length > 0 ? now() : due.next()),
    find: (code: string): Application | undefined => byCode.get(code),
    all: (): readonly Application[] => applications,
    counts,
  };
}
export type Desk = ReturnType<typeof createDesk>;
