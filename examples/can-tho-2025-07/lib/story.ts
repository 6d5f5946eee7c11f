/**
 * What happened to a dossier, step by step: every status has the steps that lead to it, and times only move forward.
 * Steps that officers take lie in office hours; only online submission and acceptance may fall on a week-end.
 */
import { OFFICE_DAY, type Calendar } from './calendar.ts';
import type { Plan } from './plan.ts';
import type { Random } from './random.ts';

/** A step as OpenCPS logs it: the action and the status word after it. */
export interface StoryStep { at: number; action: ActionKey; dueAt?: number }
export interface Story {
  submitted: number;
  received?: number;
  due?: number;
  released?: number;
  finished?: number;
  cancelling?: number;
  steps: StoryStep[];
}

export const ACTIONS = {
  submit: { desk: 'counter', code: '1000', name: 'Nộp hồ sơ trực tuyến', status: 'receiving', text: 'Chờ tiếp nhận', from: '', to: '100', role: 'Cổng dịch vụ công' },
  refuse: { desk: 'counter', code: '1050', name: 'Từ chối tiếp nhận', status: 'denied', text: 'Từ chối tiếp nhận', from: '100', to: '105', role: 'Bộ phận Một cửa' },
  receive: { desk: 'counter', code: '1100', name: 'Tiếp nhận hồ sơ', status: 'handover', text: 'Đã tiếp nhận, chờ bàn giao', from: '100', to: '110', role: 'Bộ phận Một cửa' },
  assign: { desk: 'counter', code: '1200', name: 'Chuyển xử lý hồ sơ', status: 'processing', text: 'Đang xử lý', from: '110', to: '200', role: 'Phòng chuyên môn' },
  supplement: { desk: 'specialist', code: '2100', name: 'Yêu cầu bổ sung hồ sơ', status: 'waiting', text: 'Chờ bổ sung', from: '200', to: '210', role: 'Phòng chuyên môn' },
  supplemented: { desk: 'counter', code: '2110', name: 'Nhận bổ sung, tiếp tục xử lý', status: 'processing', text: 'Đang xử lý', from: '210', to: '200', role: 'Bộ phận Một cửa' },
  demand: { desk: 'specialist', code: '2200', name: 'Yêu cầu nộp phí, lệ phí', status: 'paying', text: 'Chờ nộp phí, lệ phí', from: '200', to: '220', role: 'Phòng chuyên môn' },
  paid: { desk: 'counter', code: '2210', name: 'Xác nhận đã nộp phí, lệ phí', status: 'processing', text: 'Đang xử lý', from: '220', to: '200', role: 'Bộ phận Một cửa' },
  withdraw: { desk: 'counter', code: '2300', name: 'Rút hồ sơ theo yêu cầu của người nộp', status: 'cancelled', text: 'Đã rút hồ sơ', from: '200', to: '230', role: 'Bộ phận Một cửa' },
  stop: { desk: 'leader', code: '2400', name: 'Dừng xử lý hồ sơ', status: 'unresolved', text: 'Dừng xử lý', from: '200', to: '240', role: 'Lãnh đạo phòng' },
  release: { desk: 'leader', code: '3000', name: 'Ký duyệt và phát hành kết quả', status: 'releasing', text: 'Chờ trả kết quả', from: '200', to: '300', role: 'Lãnh đạo đơn vị' },
  handOver: { desk: 'counter', code: '4000', name: 'Trả kết quả', status: 'done', text: 'Đã trả kết quả', from: '300', to: '400', role: 'Bộ phận Một cửa' },
} as const;
export type ActionKey = keyof typeof ACTIONS;

const MINUTE = 60_000;

/** `count` different moments of the office clock, ascending, in (from, to]. */
function moments(random: Random, from: number, to: number, count: number): number[] {
  const found = new Set<number>();
  if (to - from < count) throw new RangeError('no room for the steps');
  while (found.size < count) found.add(from + 1 + random.below(to - from));
  return [...found].sort((a, b) => a - b);
}

/** What an officer does between acceptance and the end, by final status and chance. */
function middleSteps(plan: Plan, random: Random): ActionKey[] {
  const steps: ActionKey[] = ['assign'];
  // One supplement request at most: a second one makes a dossier late in QĐ 766 whatever its dates say.
  const supplement = plan.status === 5 || (plan.status !== 7 && plan.status !== 8 && random.chance(7));
  if (supplement) steps.push('supplement');
  if (plan.status === 5) return steps;
  if (supplement) steps.push('supplemented');
  const demand = plan.status === 6 || (plan.procedure.fee > 0 && plan.status !== 7 && plan.status !== 8 && random.chance(12));
  if (demand) steps.push('demand');
  if (plan.status === 6) return steps;
  if (demand) steps.push('paid');
  if (plan.status === 7) steps.push('withdraw');
  if (plan.status === 8) steps.push('stop');
  if (plan.status >= 9) steps.push('release');
  return steps;
}

/** Room (office seconds) that must be left after acceptance when officers still have work to do on the same day. */
const ROOM = 5400;
/** Room between the signed result and its handing over. */
const HANDING = 900;

function reception(plan: Plan, { officeOpening, officeEnd, officeTime, isWorkingDay, startOf }: Calendar, random: Random): { at: number; clock: number } {
  const opening = officeOpening(plan.day);
  if (!isWorkingDay(plan.day)) {
    // Online dossiers only; an officer on duty accepts them, the office clock starts on Monday.
    return { at: startOf(plan.day) + (8 * 60 + random.below(8 * 60)) * MINUTE + random.below(60) * 1000, clock: opening };
  }
  const last = Math.min(opening + OFFICE_DAY - 1, plan.status === 2 ? officeEnd : officeEnd - ROOM - HANDING - 60);
  const clock = opening + random.below(last - opening);
  return { at: officeTime(clock), clock };
}

function notReceived(plan: Plan, { startOf, officeOpening, officeTime, officeEnd }: Calendar, random: Random): Story {
  const submitted = startOf(plan.day) + random.below(23 * 60) * MINUTE;
  const steps: StoryStep[] = [{ at: submitted, action: 'submit' }];
  if (plan.status === 3) {
    const opening = officeOpening(plan.day + 1);
    steps.push({ at: officeTime(opening + random.below(officeEnd - opening)), action: 'refuse' });
  }
  return { submitted, steps };
}

export function storyOf(plan: Plan, calendar: Calendar, random: Random): Story {
  if (plan.status === 1 || plan.status === 3) return notReceived(plan, calendar, random);
  const { dueAt, startOf, officeOpening, officeEnd, officeTime, lastMoment } = calendar;

  const { at: received, clock } = reception(plan, calendar, random);
  const due = dueAt(plan.dueDay);
  // Online: some time earlier, but never before the first day of the period.
  const submitted = plan.channel === 1 ? received : Math.max(startOf(1) + random.below(60) * 1000, received - (5 + random.below(15 * 60)) * MINUTE);
  const steps: StoryStep[] = [];
  if (plan.channel === 2) steps.push({ at: submitted, action: 'submit' });
  steps.push({ at: received, action: 'receive', dueAt: due });
  const story: Story = { submitted, received, due, steps };
  if (plan.status === 2) return story;

  const actions = middleSteps(plan, random);
  const dueClock = officeOpening(plan.dueDay) + OFFICE_DAY;
  const finishing = plan.status >= 9;
  const close = officeEnd - (plan.status === 10 ? HANDING : 0) - 1;
  const end = finishing && !plan.late ? Math.min(dueClock - 1, close) : close;
  // Handed to the specialists within half a day, unless the dossier ends sooner than that.
  const assigned = moments(random, clock, Math.min(clock + OFFICE_DAY / 2, end - actions.length), 1);
  const from = assigned[0] ?? clock;
  const times = plan.late && finishing
    ? [...assigned, ...moments(random, from, dueClock - 1, actions.length - 2), ...moments(random, dueClock + 1800, close, 1)]
    : [...assigned, ...moments(random, from, end, actions.length - 1)];
  actions.forEach((action, i) => {
    steps.push({ at: officeTime(times[i] ?? end), action, ...(action === 'assign' || action === 'supplemented' ? { dueAt: due } : {}) });
  });
  const last = steps[steps.length - 1]?.at ?? received;
  if (plan.status === 7) story.cancelling = last;
  if (finishing) {
    story.released = last;
    if (plan.status === 10) {
      const releasedClock = times[times.length - 1] ?? end;
      story.finished = officeTime(moments(random, releasedClock + 60, officeEnd - 1, 1)[0] ?? officeEnd - 1);
      steps.push({ at: story.finished, action: 'handOver' });
    }
  }
  if ((steps[steps.length - 1]?.at ?? 0) > lastMoment) throw new RangeError('a step lies after the period');
  return story;
}
