/**
 * Asking a population database for a citizen: the shapes between the gateway's routes and whichever adapter declares `citizens`.
 * Results are CitizenVerification and CitizenRecord of schemas/canonical/citizen-verification.schema.json.
 */
import type { CitizenId12, Cmnd9 } from '../model/identity.ts';

/** Exactly one of the numbers is there. The name as people write it; how a transport wants it is the adapter's. */
export interface CitizenQuestion {
  /** unique for each question of this installation */
  requestId: string;
  citizenId?: CitizenId12;
  oldId?: Cmnd9;
  fullName: string;
  /** `YYYY`, or `YYYY-MM-DD` */
  birth?: string;
  /** account or number of the officer who asks, as registered with the database */
  officer?: string;
}
