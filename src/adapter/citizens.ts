/**
 * Asking a population database for a citizen: the shapes between the gateway's routes and whichever adapter declares `citizens`.
 * Results are those of schemas/canonical/citizen-verification.schema.json.
 */
import type { CitizenRecord, CitizenVerification } from '../model/canonical.ts';
import type { CitizenId12, Cmnd9 } from '../model/identity.ts';
import type { Operation } from './types.ts';

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

/** `Adapter.citizens.verify`: do number, name and birth belong together? Without `record`: nothing but the outcome is told. */
export type VerifyCitizen<Req, Res, Config> = Operation<CitizenQuestion, Req, Res, CitizenVerification, Config>;
/** `Adapter.citizens.lookUp`: the citizen, or undefined where none came back. More than one is no answer but a rejection. */
export type LookUpCitizen<Req, Res, Config> = Operation<CitizenQuestion, Req, Res, CitizenRecord | undefined, Config>;
