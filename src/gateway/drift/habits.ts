/**
 * What an upstream has always answered, as far as anybody has looked. Its schema is tolerant, because half of what it may leave out is
 * not written down anywhere; a field that was there in every answer and is gone, or has become another type, is worth a look all the same.
 */
import type { JsonType } from '../../contract/shape-form.ts';
import type { Place } from '../../contract/shape.ts';

/** One place as it has been so far. */
interface Habit {
  seen: number;
  /** was absent before anybody could call it a habit, or now and then: it is optional */
  loose: boolean;
  /** not there, this often in a row */
  away: number;
  /** kinds of value, null apart */
  types: string[];
}
/** As kept between restarts: the types of what was always there, or `false` for what is optional. By pointer. */
export type KnownHabits = Record<string, string[] | false>;

/** This often in a row a field must be away before it counts as gone: lists are sorted, and neighbours are alike. */
export const GONE_AFTER = 10;
/** Places of one kind of answer that are watched. */
const MOST_PLACES = 500;

/** Whole numbers and others are one kind: 1500 and 1500.5 come from the same field. */
const kindOf = (type: JsonType): string => (type === 'integer' ? 'number' : type);

export class Habits {
  readonly #after: number;
  readonly #habits = new Map<Place, Habit>();
  readonly #known: KnownHabits;
  /** what would be kept has changed */
  changed = false;

  /** @param after answers until a field counts as always there */
  constructor(after: number, known: KnownHabits = {}) {
    this.#after = after;
    this.#known = known;
  }

  /** @returns how this one differs from all that came before */
  look(place: Place, type: JsonType | undefined): 'missing' | 'retyped' | undefined {
    const habit = this.#habits.get(place) ?? this.#begin(place);
    if (habit === undefined) return undefined;
    if (type === undefined || type === 'null') return this.#absent(habit);
    if (habit.away > 0 && habit.away < GONE_AFTER) this.#loosen(habit);
    habit.away = 0;
    const kind = kindOf(type);
    if (habit.seen < this.#after) {
      habit.seen += 1;
      if (!habit.types.includes(kind)) habit.types.push(kind);
      if (habit.seen === this.#after && !habit.loose) this.changed = true;
      return undefined;
    }
    return habit.types.includes(kind) ? undefined : 'retyped';
  }

  #absent(habit: Habit): 'missing' | undefined {
    if (habit.loose) return undefined;
    if (habit.seen < this.#after) {
      this.#loosen(habit);
      return undefined;
    }
    habit.away += 1;
    return habit.away >= GONE_AFTER ? 'missing' : undefined;
  }

  #loosen(habit: Habit): void {
    if (!habit.loose) this.changed = true;
    habit.loose = true;
  }

  #begin(place: Place): Habit | undefined {
    if (this.#habits.size >= MOST_PLACES) return undefined;
    const known = Object.hasOwn(this.#known, place.pointer) ? this.#known[place.pointer] : undefined;
    const habit: Habit = known === undefined ? { seen: 0, loose: false, away: 0, types: [] } : { seen: known === false ? 0 : this.#after, loose: known === false, away: 0, types: known === false ? [] : [...known] };
    this.#habits.set(place, habit);
    return habit;
  }

  /** what is worth keeping */
  known(): KnownHabits {
    const known: KnownHabits = { ...this.#known };
    for (const [place, { seen, loose, types }] of this.#habits) {
      if (loose) known[place.pointer] = false;
      else if (seen >= this.#after) known[place.pointer] = types;
    }
    return known;
  }
}

/** What two processes know together: once optional, always optional. */
export function joinHabits(a: KnownHabits, b: KnownHabits): KnownHabits {
  const joined: KnownHabits = { ...a };
  for (const [pointer, types] of Object.entries(b)) {
    const other = joined[pointer];
    joined[pointer] = other === undefined ? types : other === false || types === false ? false : [...new Set([...other, ...types])];
  }
  return joined;
}
