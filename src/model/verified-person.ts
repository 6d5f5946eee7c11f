import type { VerifiedPerson as Plain } from './generated/verified-person.ts';
import type { CitizenId12, Cmnd9 } from './identity.ts';

/** `schemas/canonical/verified-person.schema.json`, its numbers checked to be what their names say. */
export interface VerifiedPerson extends Omit<Plain, 'citizenId' | 'oldId9'> { citizenId?: CitizenId12; oldId9?: Cmnd9 }
