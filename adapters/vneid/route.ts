/** Is this dossier one that this connection has brought? */
import { createHash } from 'node:crypto';
import type { Dossier } from '../../src/model/canonical.ts';
import type { JudicialRevocation } from '../../src/model/generated/judicial-record.ts';
import type { VneidConfig } from './config.ts';

export const isForHere = ({ judicialRecord }: Pick<Dossier, 'judicialRecord'>, { system }: Pick<VneidConfig, 'system'>): boolean => judicialRecord?.system === system;

/** Which submission of the citizen the dossier is at, from 1. */
export const submissionOf = ({ judicialRecord }: Pick<Dossier, 'judicialRecord'>): number => Math.max(1, judicialRecord?.submissions?.length ?? 1);

/** One withdrawal by its decision. The number itself stands in no key: keys are shown and logged. */
export const revocationKey = ({ decision }: Pick<JudicialRevocation, 'decision'>): string => createHash('sha256').update(decision).digest('hex').slice(0, 16);

/** Only an issued certificate can be withdrawn (2.10). */
export const isIssued = ({ status }: Pick<Dossier, 'status'>): boolean => status === 'RESOLVED' || status === 'RETURNED';
