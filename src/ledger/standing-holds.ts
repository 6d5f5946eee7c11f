/** The standing holds, by what they hold: few, so all of them are in memory and asked for every lane that would move. */
import type { HoldScope } from './control.ts';

export interface StandingHold { id: number; scope: HoldScope; key: string; upstream: string | null; until: number | null }
/** What a lane is matched by. */
export interface LaneSubject { code: string; procedureCode: string; upstream: string }

export class StandingHolds {
  readonly #bySubject = new Map<string, StandingHold[]>();

  /** `holds` oldest first. */
  constructor(holds: readonly StandingHold[] = []) {
    for (const hold of holds) this.add(hold);
  }

  add(hold: StandingHold): void {
    const subject = subjectKey(hold.scope, hold.key);
    const others = this.#bySubject.get(subject);
    if (others === undefined) this.#bySubject.set(subject, [hold]);
    else others.push(hold);
  }

  get any(): boolean { return this.#bySubject.size > 0; }

  /** The oldest hold that keeps such a lane back. */
  match({ code, procedureCode, upstream }: LaneSubject): number | undefined {
    let oldest: number | undefined;
    for (const subject of [subjectKey('dossier', code), subjectKey('procedure', procedureCode), subjectKey('upstream', upstream)]) {
      for (const hold of this.#bySubject.get(subject) ?? []) {
        if (hold.upstream !== null && hold.upstream !== upstream) continue;
        if (oldest === undefined || hold.id < oldest) oldest = hold.id;
      }
    }
    return oldest;
  }

  /** The hold on the same thing towards the same upstream. */
  same({ scope, key, upstream }: Pick<StandingHold, 'scope' | 'key' | 'upstream'>): number | undefined {
    return this.#bySubject.get(subjectKey(scope, key))?.find((hold) => hold.upstream === upstream)?.id;
  }

  /** Nothing leaves for this upstream, whatever the dossier. */
  upstreamHeld(upstream: string): boolean { return this.#bySubject.has(subjectKey('upstream', upstream)); }
}

const subjectKey = (scope: HoldScope, key: string): string => `${scope}\0${key}`;
