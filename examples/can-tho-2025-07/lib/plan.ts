/**
 * Who, where, when: joins the published cells (status × channel × late) with the units and finds for every dossier a
 * procedure and a day on which its story is possible.
 */
import population from '../population.json' with { type: 'json' };
import { addWorkingDays, isWorkingDay } from './calendar.ts';
import { handles, PROCEDURES, type ExampleProcedure } from './procedures.ts';
import type { Random } from './random.ts';
import { units, type Unit } from './units.ts';

/** 1 in person, 2 online: the national portal's channel codes. */
export type ChannelCode = 1 | 2;
/** The national portal's ten status codes; a population counts by them. */
export type StatusCode = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;

export interface Plan {
  status: StatusCode;
  channel: ChannelCode;
  late: boolean;
  unit: Unit;
  procedure: ExampleProcedure;
  /** day of July 2025 on which the dossier is received (or only submitted, for states 1 and 3) */
  day: number;
  /** day on which the term ends; may lie in a later month */
  dueDay: number;
}

const LAST_DAY = 13;
/** The last working day of the period. */
const LAST_OFFICE_DAY = 11;

/** Can this story be told? `due` is the day the term ends. Overdue is counted at the end of 13 July, a Sunday. */
function possible(status: StatusCode, late: boolean, day: number, due: number): boolean {
  const open = due > LAST_DAY;
  switch (status) {
    case 1: return day >= 8;
    case 3: return day <= LAST_OFFICE_DAY - 1;
    case 2: return open && day >= 9;
    case 4: return late ? due <= LAST_OFFICE_DAY && day < due : open && day <= LAST_OFFICE_DAY;
    case 5: case 6: return open && day <= LAST_OFFICE_DAY - 1;
    case 7: case 8: return open && day <= LAST_OFFICE_DAY - 2;
    // Late results need a working day after the term's last one.
    case 9: case 10: return late ? due <= LAST_OFFICE_DAY - 1 : day <= LAST_OFFICE_DAY && due > day;
  }
}

type Choice = { procedure: ExampleProcedure; day: number; dueDay: number };
type Menu = { choices: Choice[]; upTo: number[]; total: number };

function menuFor(kind: Unit['kind'], status: StatusCode, channel: ChannelCode, late: boolean): Menu {
  const choices: Choice[] = [];
  const upTo: number[] = [];
  let total = 0;
  for (const procedure of PROCEDURES) {
    if (!handles(kind, procedure) || (status === 6 && procedure.fee === 0)) continue;
    for (let day = 1; day <= LAST_DAY; day += 1) {
      if (channel === 1 && !isWorkingDay(day)) continue;
      const dueDay = addWorkingDays(day, procedure.term);
      if (!possible(status, late, day, dueDay)) continue;
      choices.push({ procedure, day, dueDay });
      total += procedure.weight * (isWorkingDay(day) ? 5 : 1);
      upTo.push(total);
    }
  }
  if (choices.length === 0) throw new RangeError(`no procedure and day fit status ${status} at a ${kind}`);
  return { choices, upTo, total };
}

function choose(menu: Menu, random: Random): Choice {
  const ticket = random.below(menu.total);
  const found = menu.choices[menu.upTo.findIndex((limit) => ticket < limit)];
  if (found === undefined) throw new RangeError('empty menu');
  return found;
}

type Cell = { status: StatusCode; channel: ChannelCode; late: boolean };

function completed(cells: Cell[], places: Unit[], random: Random): Plan[] {
  const menus = new Map<string, Menu>();
  return cells.map((cell, i) => {
    const unit = places[i];
    if (unit === undefined) throw new RangeError('more dossiers than places');
    const key = `${unit.kind}/${cell.status}/${cell.channel}/${cell.late}`;
    let menu = menus.get(key);
    if (menu === undefined) menus.set(key, (menu = menuFor(unit.kind, cell.status, cell.channel, cell.late)));
    return { ...cell, unit, ...choose(menu, random) };
  });
}

/** The received dossiers: exactly the published cells over exactly the units' totals. */
export function planReceived(random: Random): Plan[] {
  const cells: Cell[] = [];
  for (const cell of population.cells) {
    for (let i = 0; i < cell.count; i += 1) cells.push({ status: cell.status as StatusCode, channel: cell.channel as ChannelCode, late: i < cell.late });
  }
  const places = units().flatMap((unit) => Array.from({ length: unit.count }, () => unit));
  if (places.length !== cells.length) throw new RangeError('cells and units do not have the same total');
  return completed(random.shuffle(cells), random.shuffle(places), random);
}

/** Submitted online and not (yet) received: they exist in the source and must not be counted as received. */
export function planNotReceived(random: Random): Plan[] {
  const cells = population.extraNotReceived.flatMap((extra) =>
    Array.from({ length: extra.count }, (): Cell => ({ status: extra.status as StatusCode, channel: 2, late: false })));
  const everywhere = units();
  return completed(cells, cells.map(() => random.pick(everywhere)), random);
}
