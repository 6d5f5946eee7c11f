/**
 * Who, where, when: joins the published cells (status × channel × late) with the units and finds for every dossier a
 * procedure and a day on which its story is possible.
 */
import type { Calendar } from './calendar.ts';
import type { ChannelCode, Population, StatusCode } from './population.ts';
import { handles, PROCEDURES, type ExampleProcedure } from './procedures.ts';
import type { Random } from './random.ts';
import { units, type Unit } from './units.ts';

export interface Plan {
  status: StatusCode;
  channel: ChannelCode;
  late: boolean;
  unit: Unit;
  procedure: ExampleProcedure;
  /** day of the period on which the dossier is received (or only submitted, for states 1 and 3) */
  day: number;
  /** day on which the term ends; may lie after the period */
  dueDay: number;
}

/** Can this story be told? `due` is the day the term ends. Overdue is counted at the end of the period's last day. */
function possible({ lastDay, lastOfficeDay }: Calendar, status: StatusCode, late: boolean, day: number, due: number): boolean {
  const open = due > lastDay;
  switch (status) {
    case 1: return day >= lastDay - 5;
    case 3: return day <= lastOfficeDay - 1;
    case 2: return open && day >= lastDay - 4;
    case 4: return late ? due <= lastOfficeDay && day < due : open && day <= lastOfficeDay;
    case 5: case 6: return open && day <= lastOfficeDay - 1;
    case 7: case 8: return open && day <= lastOfficeDay - 2;
    // Late results need a working day after the term's last one.
    case 9: case 10: return late ? due <= lastOfficeDay - 1 : day <= lastOfficeDay && due > day;
  }
}

type Choice = { procedure: ExampleProcedure; day: number; dueDay: number };
type Menu = { choices: Choice[]; upTo: number[]; total: number };

function menuFor(calendar: Calendar, kind: Unit['kind'], { status, channel, late, field }: Cell): Menu {
  const { lastDay, isWorkingDay, addWorkingDays } = calendar;
  const choices: Choice[] = [];
  const upTo: number[] = [];
  let total = 0;
  for (const procedure of PROCEDURES) {
    if (!handles(kind, procedure) || (status === 6 && procedure.fee === 0) || (field !== undefined && procedure.sector.code !== field)) continue;
    for (let day = 1; day <= lastDay; day += 1) {
      if (channel === 1 && !isWorkingDay(day)) continue;
      const dueDay = addWorkingDays(day, procedure.term);
      if (!possible(calendar, status, late, day, dueDay)) continue;
      choices.push({ procedure, day, dueDay });
      total += procedure.weight * (isWorkingDay(day) ? 5 : 1);
      upTo.push(total);
    }
  }
  if (choices.length === 0) throw new RangeError(`no procedure and day of the period fit status ${status}${late ? ', late,' : ''}${field === undefined ? '' : ` in ${field}`} at a ${kind}`);
  return { choices, upTo, total };
}

function choose(menu: Menu, random: Random): Choice {
  const ticket = random.below(menu.total);
  const found = menu.choices[menu.upTo.findIndex((limit) => ticket < limit)];
  if (found === undefined) throw new RangeError('empty menu');
  return found;
}

type Cell = { status: StatusCode; channel: ChannelCode; late: boolean; field?: string };

function completed(calendar: Calendar, cells: Cell[], places: Unit[], random: Random): Plan[] {
  const menus = new Map<string, Menu>();
  return cells.map((cell, i) => {
    const unit = places[i];
    if (unit === undefined) throw new RangeError('more dossiers than places');
    const key = `${unit.kind}/${cell.status}/${cell.channel}/${cell.late}/${cell.field ?? ''}`;
    let menu = menus.get(key);
    if (menu === undefined) menus.set(key, (menu = menuFor(calendar, unit.kind, cell)));
    const { status, channel, late } = cell;
    return { status, channel, late, unit, ...choose(menu, random) };
  });
}

/** The received dossiers: exactly the published cells over exactly the units' totals. */
export function planReceived(population: Population, calendar: Calendar, random: Random): Plan[] {
  const cells: Cell[] = [];
  for (const { status, channel, count, late, field } of population.cells) {
    for (let i = 0; i < count; i += 1) cells.push({ status, channel, late: i < late, ...(field === undefined ? {} : { field }) });
  }
  const places = units(population).flatMap((unit) => Array.from({ length: unit.count }, () => unit));
  return completed(calendar, random.shuffle(cells), random.shuffle(places), random);
}

/** Submitted online and not (yet) received: they exist in the source and must not be counted as received. */
export function planNotReceived(population: Population, calendar: Calendar, random: Random): Plan[] {
  const cells = population.extraNotReceived.flatMap((extra) =>
    Array.from({ length: extra.count }, (): Cell => ({ status: extra.status, channel: 2, late: false })));
  const everywhere = units(population);
  return completed(calendar, cells, cells.map(() => random.pick(everywhere)), random);
}
