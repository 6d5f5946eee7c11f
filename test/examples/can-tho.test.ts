/**
 * The population of the Cần Thơ fortnight, counted a second time: plain loops over the lines, with tables of their own, so
 * that nothing of the generator can vouch for itself.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeRecord } from '../../adapters/opencps/decode.ts';
import { configure } from '../../adapters/opencps/config.ts';
import { deskAnswer, EXPECTED, generateExport, isForLand, landFigures, landPlanOf, writeExport, type LandRecord } from '../../examples/can-tho-2025-07/generate.ts';
import { dossierNumber } from '../../examples/can-tho-2025-07/lib/record.ts';
import { largestRemainder, randomFor } from '../../examples/can-tho-2025-07/lib/random.ts';
import { Dossier as isCanonical } from '../../src/contract/generated/canonical.js';
import { isNfc } from '../../src/model/text.ts';
import { listUnits } from '../../src/model/units.ts';

interface Step { dossierActionId: number; createDate: string; dossierStatus: string; fromStepCode: string; toStepCode: string; actionNote?: string }
interface Line {
  dossierId: number; dossierNo: string; modifiedDate: number; dossierStatus: string; online: boolean; govAgencyCode: string; govAgencyName: string; wardCode: string;
  submitDate: number; receiveDate: number; dueDate: number; releaseDate: number; finishDate: number; cancellingDate: number; durationCount: number;
  applicantName: string; applicantIdType: string; applicantIdNo: string; contactTelNo: string; contactEmail: string; serviceCode: string; domainCode: string;
  delegateTelNo?: string; delegateIdNo?: string;
  dossierFiles: { dossierFileId: number; dossierPartType: number; fileUrl: string; fileTemplateNo: string }[];
  payments: { paymentFileId: number; paymentStatus: number; paymentAmount: number; feeAmount: number; confirmDatetime?: string }[];
  actions: Step[];
}

const HOUR = 3_600_000;
const local = (ms: number): Date => new Date(ms + 7 * HOUR);
const at = (text: string): number => {
  const [, d, mo, y, h, mi, s] = /^(\d\d)\/(\d\d)\/(\d{4}) (\d\d):(\d\d):(\d\d)$/.exec(text) ?? [];
  return Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s)) - 7 * HOUR;
};
const END = Date.UTC(2025, 6, 13, 23, 59, 59) - 7 * HOUR;
const START = Date.UTC(2025, 6, 1) - 7 * HOUR;
const dayOf = (ms: number): string => local(ms).toISOString().slice(0, 10);
const isWeekend = (ms: number): boolean => [0, 6].includes(local(ms).getUTCDay());
const NATIONAL: Record<string, number> = {
  receiving: 1, handover: 2, denied: 3, processing: 4, waiting: 5, paying: 6, cancelled: 7, unresolved: 8, releasing: 9, done: 10,
};

/** Changes only when the example is changed on purpose. */
const PIN = '8a5b44a6e17a861404802d1a8e191665cbbc62546526efed67edca70eea6a16c';

let texts: string[];
let lines: Line[];
let extra: Line[];

beforeAll(() => {
  const all = [...generateExport({ withNotReceived: true })];
  texts = all.slice(0, 16_581);
  lines = texts.map((text) => JSON.parse(text) as Line);
  extra = all.slice(16_581).map((text) => JSON.parse(text) as Line);
});

const tally = <K>(keys: Iterable<K>): Map<K, number> => {
  const counts = new Map<K, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
};
const isLate = (line: Line): boolean => (line.releaseDate > 0 ? line.releaseDate > line.dueDate : ['handover', 'processing', 'waiting', 'paying'].includes(line.dossierStatus) && line.dueDate < END);

describe('the figures', () => {
  it('reproduces every published and every chosen cell', () => {
    const cells = new Map<string, [number, number]>();
    for (const line of lines) {
      const key = `${NATIONAL[line.dossierStatus]}/${line.online ? 2 : 1}`;
      const cell = cells.get(key) ?? [0, 0];
      cells.set(key, [cell[0] + 1, cell[1] + (isLate(line) ? 1 : 0)]);
    }
    expect(Object.fromEntries(cells)).toEqual({
      '2/2': [547, 0], '2/1': [453, 0], '4/2': [3131, 24], '4/1': [2590, 21], '5/2': [164, 0], '5/1': [136, 0], '6/2': [55, 0], '6/1': [45, 0],
      '7/2': [5, 0], '7/1': [5, 0], '8/2': [9, 0], '8/1': [7, 0], '9/2': [785, 10], '9/1': [649, 10], '10/2': [4379, 54], '10/1': [3621, 46],
    });
  });

  it('adds up to the totals, and to the same ones that the example exports', () => {
    const online = lines.filter((l) => l.online).length;
    const inStates = (...codes: number[]): number => lines.filter((l) => codes.includes(NATIONAL[l.dossierStatus] ?? 0)).length;
    const counted = {
      received: lines.length, online, direct: lines.length - online, inProcessing: inStates(2, 4, 5, 6), stopped: inStates(7, 8),
      completed: inStates(9, 10), late: lines.filter(isLate).length, units: new Set(lines.map((l) => l.govAgencyCode)).size,
    };
    expect(counted).toEqual({ received: 16_581, online: 9_075, direct: 7_506, inProcessing: 7_121, stopped: 26, completed: 9_434, late: 165, units: 120 });
    expect(EXPECTED).toMatchObject(counted);
    expect(EXPECTED.progressSteps).toBe(lines.reduce((sum, l) => sum + l.actions.length, 0));
  });

  it('spreads them over the units as given', () => {
    const byUnit = tally(lines.map((l) => l.govAgencyCode));
    const sum = (from: number, to: number): number => {
      let total = 0;
      for (let n = from; n <= to; n += 1) total += byUnit.get(`H13.${String(n).padStart(2, '0')}`) ?? 0;
      return total;
    };
    expect([sum(1, 1), sum(2, 2), sum(3, 3), sum(4, 17), sum(101, 203)]).toEqual([3200, 450, 450, 1200, 11_281]);
    const hoaLuu = [...new Set(lines.filter((l) => l.govAgencyName === 'Ủy ban nhân dân xã Hỏa Lựu').map((l) => l.govAgencyCode))];
    expect(hoaLuu).toHaveLength(1);
    expect(byUnit.get(hoaLuu[0] ?? '')).toBe(92);
    expect(Math.min(...byUnit.values())).toBeGreaterThan(0);
  });

  it('adds 449 dossiers that were never received, behind the same first lines', () => {
    expect(extra).toHaveLength(449);
    expect(Object.fromEntries(tally(extra.map((l) => l.dossierStatus)))).toEqual({ receiving: 412, denied: 37 });
    expect(extra.every((l) => l.online && l.receiveDate === 0 && l.dueDate === 0)).toBe(true);
    expect(EXPECTED.notReceived).toBe(449);
    expect([...generateExport()]).toEqual(texts);
  });
});

describe('identity', () => {
  it('never gives a number twice, over all kinds of ids', () => {
    const everyone = [...lines, ...extra];
    const kinds: (string | number)[][] = [
      everyone.map((l) => l.dossierNo), everyone.map((l) => l.dossierId), everyone.flatMap((l) => l.actions.map((s) => s.dossierActionId)),
      everyone.flatMap((l) => l.dossierFiles.map((f) => f.dossierFileId)), everyone.flatMap((l) => l.payments.map((p) => p.paymentFileId)), everyone.map((l) => l.applicantIdNo),
    ];
    for (const ids of kinds) expect(new Set(ids).size).toBe(ids.length);
  });

  it('numbers dossiers per unit and day, without gaps, in the order of arrival', () => {
    const seen = new Map<string, number>();
    for (const line of lines) {
      const [, unit = '', day = '', sequence = ''] = /^(H13\.\d{2,3})-(\d{6})-(\d{4})$/.exec(line.dossierNo) ?? [];
      expect(unit).toBe(line.govAgencyCode);
      expect(`20${day.slice(0, 2)}-${day.slice(2, 4)}-${day.slice(4)}`).toBe(dayOf(line.receiveDate));
      const next = (seen.get(`${unit}-${day}`) ?? 0) + 1;
      expect(Number(sequence)).toBe(next);
      seen.set(`${unit}-${day}`, next);
    }
  });

  it('fails above 9999 instead of wrapping', () => {
    expect(dossierNumber('H13.01', '250701', 9999)).toBe('H13.01-250701-9999');
    expect(() => dossierNumber('H13.01', '250701', 10_000)).toThrow(RangeError);
    expect(() => dossierNumber('H13.01', '250701', 0)).toThrow(RangeError);
  });

  it('uses only invented people, phones, firms and hosts', () => {
    const known = new Set(listUnits('commune', '2025-07-13').flatMap((c) => (c.provinceCode === '92' ? [c.code] : [])));
    expect(known.size).toBe(103);
    const weights = [31, 29, 23, 19, 17, 13, 7, 5, 3];
    for (const line of [...lines, ...extra]) {
      if (line.applicantIdType === 'citizen') expect(line.applicantIdNo).toMatch(/^09[234][0-3]\d\d999\d{3}$/);
      else {
        expect(line.applicantIdNo).toMatch(/^9[345]\d{8}$/);
        const sum = weights.reduce((s, w, i) => s + w * Number(line.applicantIdNo[i]), 0);
        expect(Number(line.applicantIdNo[9])).toBe(10 - (sum % 11));
      }
      for (const phone of [line.contactTelNo, line.delegateTelNo ?? line.contactTelNo]) expect(phone).toMatch(/^090000\d{4}$/);
      if (line.delegateIdNo !== undefined) expect(line.delegateIdNo).toMatch(/^092088999\d{3}$/);
      expect(line.contactEmail).toMatch(/^$|@example\.vn$/);
      expect(known.has(line.wardCode)).toBe(true);
      expect(line.dossierFiles.every((f) => f.fileUrl.startsWith('https://tep.cantho.example.vn/'))).toBe(true);
    }
    expect(lines.some((l) => /['’]/.test(l.applicantName)) && lines.some((l) => l.applicantName.includes('-'))).toBe(true);
    expect(texts.every(isNfc)).toBe(true);
  });
});

describe('time', () => {
  it('receives inside the period, over the counter only on working days', () => {
    for (const line of lines) {
      expect(line.receiveDate >= START && line.receiveDate <= END).toBe(true);
      expect(line.submitDate >= START && line.submitDate <= line.receiveDate).toBe(true);
      if (!line.online) expect(isWeekend(line.receiveDate)).toBe(false);
    }
    expect(lines.some((l) => l.online && isWeekend(l.receiveDate))).toBe(true);
    expect(new Set(lines.map((l) => dayOf(l.receiveDate))).size).toBe(13);
  });

  it('computes due dates by working days', () => {
    const off = new Set(['2025-09-01', '2025-09-02']);
    for (const line of lines) {
      let day = Date.UTC(local(line.receiveDate).getUTCFullYear(), local(line.receiveDate).getUTCMonth(), local(line.receiveDate).getUTCDate());
      for (let left = line.durationCount; left > 0; ) {
        day += 24 * HOUR;
        const weekday = new Date(day).getUTCDay();
        if (weekday !== 0 && weekday !== 6 && !off.has(new Date(day).toISOString().slice(0, 10))) left -= 1;
      }
      expect(line.dueDate).toBe(day + 17 * HOUR - 7 * HOUR);
    }
  });

  it('tells steps that fit together: times ascend, lie in office hours, end before the fortnight does, and reach the status', () => {
    for (const line of [...lines, ...extra]) {
      const times = line.actions.map((s) => at(s.createDate));
      for (let i = 1; i < times.length; i += 1) expect((times[i] ?? 0) > (times[i - 1] ?? 0)).toBe(true);
      expect(times.at(-1)).toBe(line.modifiedDate);
      expect((times.at(-1) ?? 0) <= END).toBe(true);
      expect(line.actions.at(-1)?.dossierStatus).toBe(line.dossierStatus);
      for (let i = 1; i < line.actions.length; i += 1) expect(line.actions[i]?.fromStepCode).toBe(line.actions[i - 1]?.toStepCode);
      line.actions.forEach((step, i) => {
        const clock = local(times[i] ?? 0);
        const minutes = clock.getUTCHours() * 60 + clock.getUTCMinutes();
        const byPublic = step.dossierStatus === 'receiving';
        const accepted = step.dossierStatus === 'handover' && line.online && isWeekend(times[i] ?? 0);
        if (!byPublic && !accepted) {
          expect(isWeekend(times[i] ?? 0)).toBe(false);
          expect((minutes >= 450 && minutes < 690) || (minutes >= 810 && minutes < 1020)).toBe(true);
        }
      });
    }
  });

  it('asks for a supplement at most once, and tells why', () => {
    for (const line of lines) {
      const asked = line.actions.filter((s) => s.dossierStatus === 'waiting');
      expect(asked.length).toBeLessThanOrEqual(1);
      expect(asked.every((s) => (s.actionNote ?? '') !== '')).toBe(true);
    }
    expect(lines.some((l) => l.dossierStatus === 'done' && l.actions.some((s) => s.dossierStatus === 'waiting'))).toBe(true);
  });
});

describe('what the national portal will ask for', () => {
  it('has an end date, a return date and a result with code and address where the status needs them', () => {
    for (const line of lines) {
      const finished = line.dossierStatus === 'releasing' || line.dossierStatus === 'done';
      expect(line.releaseDate > 0).toBe(finished);
      expect(line.finishDate > 0).toBe(line.dossierStatus === 'done');
      if (finished) expect(line.releaseDate > line.receiveDate).toBe(true);
      if (line.dossierStatus === 'done') expect(line.finishDate > line.releaseDate).toBe(true);
      expect(line.dossierFiles.filter((f) => f.dossierPartType === 2)).toHaveLength(finished ? 1 : 0);
      expect(line.dossierFiles.every((f) => f.fileTemplateNo !== '')).toBe(true);
      expect(line.serviceCode).toMatch(/^\d\.\d{6}$/);
      const open = line.payments.filter((p) => p.paymentStatus !== 5);
      expect(open.length > 0).toBe(line.dossierStatus === 'paying');
      expect(line.payments.every((p) => p.paymentAmount === p.feeAmount)).toBe(true);
    }
    expect(new Set(lines.map((l) => l.domainCode)).size).toBeGreaterThanOrEqual(5);
  });
});

describe('through the adapter', () => {
  it('decodes every line without an error or a warning, into dossiers that the canonical schema accepts', () => {
    const config = configure({});
    const counts = new Map<string, number>();
    let steps = 0;
    for (const line of [...lines, ...extra]) {
      const { dossier, warnings } = decodeRecord(line, config);
      expect(warnings).toEqual([]);
      if (!isCanonical(dossier)) expect.fail(JSON.stringify((isCanonical as { errors?: unknown }).errors));
      counts.set(dossier.status, (counts.get(dossier.status) ?? 0) + 1);
      if (dossier.dates.acceptedAt !== undefined) steps += dossier.history.length;
    }
    expect(Object.fromEntries(counts)).toEqual({
      SUBMITTED: 412, ACCEPTED: 1000, REJECTED: 37, PROCESSING: 5721, SUPPLEMENT_REQUIRED: 300, PAYMENT_REQUIRED: 100, WITHDRAWN: 10, STOPPED: 16, RESOLVED: 1434, RETURNED: 8000,
    });
    expect(steps).toBe(EXPECTED.progressSteps);
  });
});

describe('the land weeks after it', () => {
  it('are planned for every land dossier in process, and for no other', () => {
    const plans = (texts.map((text) => JSON.parse(text)) as LandRecord[]).flatMap((record) => landPlanOf(record) ?? []);
    const land = lines.filter((l) => l.domainCode === 'G10-DD99');
    expect(plans.map(({ receipt }) => receipt)).toEqual(land.filter((l) => ['handover', 'processing'].includes(l.dossierStatus)).map((l) => l.dossierNo));
    // Counted once and pinned: the demo holds what really happened against it.
    expect(landFigures(plans)).toEqual({
      sent: 1589, moves: 1774, supplements: 197, pauses: 51, received: 248, taxed: 823, finished: 1589, withoutResult: 56, answered: 1020, files: 2660, returned: 1589, steps: 9703,
    });
  });

  it('the desk answers with steps that come after all others, and no number is given twice', () => {
    const record = (texts.map((text) => JSON.parse(text)) as LandRecord[]).find(isForLand) as LandRecord;
    const at = Date.parse('2025-07-28T01:00:00Z');
    const paid = deskAnswer(deskAnswer(record, 'supplement', at), 'tax', at + 14 * 24 * HOUR);
    const ended = deskAnswer(paid, 'result', at + 28 * 24 * HOUR);
    expect(paid).toMatchObject({ dossierStatus: 'processing', modifiedDate: at + 14 * 24 * HOUR + HOUR / 3 });
    expect(ended).toMatchObject({ dossierStatus: 'done', finishDate: at + 28 * 24 * HOUR + HOUR / 3 });
    const ids = ended.actions.map((step) => step['dossierActionId']);
    expect(new Set(ids).size).toBe(record.actions.length + 5);
    const { dossier, warnings } = decodeRecord(ended, configure({}));
    expect(warnings).toEqual([]);
    expect(dossier).toMatchObject({ status: 'RETURNED', results: [{ files: [{}] }] });
    expect(dossier.history.map(({ at: when }) => when)).toEqual(dossier.history.map(({ at: when }) => when).toSorted());
  });
});

describe('the same bytes every time', () => {
  it('pins the export', () => {
    const digest = createHash('sha256');
    for (const text of texts) digest.update(`${text}\n`);
    expect(digest.digest('hex')).toBe(PIN);
  });

  it('writes the same bytes to a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lt-can-tho-'));
    try {
      const file = join(folder, 'export.ndjson');
      await writeExport(createWriteStream(file));
      expect(createHash('sha256').update(await readFile(file)).digest('hex')).toBe(PIN);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('parts of the generator', () => {
  it('shares a total by largest remainder, ties to the smaller code', () => {
    expect([...largestRemainder(10, [{ code: 'b', weight: 1 }, { code: 'a', weight: 1 }, { code: 'c', weight: 1 }])]).toEqual([['b', 3], ['a', 4], ['c', 3]]);
    expect([...largestRemainder(7, [{ code: 'x', weight: 3 }, { code: 'y', weight: 4 }]).values()]).toEqual([3, 4]);
  });

  it('seeds by scenario', () => {
    const draw = (scenario: string): number[] => {
      const random = randomFor(scenario);
      return Array.from({ length: 20 }, () => random.below(1_000_000));
    };
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
    expect(draw('a').every((n) => Number.isInteger(n) && n >= 0 && n < 1_000_000)).toBe(true);
  });
});
