/**
 * The judicial-record software behind the province, as the adapter needs it. Issuing moved from the Ministry of Justice to the Ministry of Public Security in
 * March 2025 (U4): another software is another implementation of this, and nothing else changes.
 */
import type { Outcome, WireResult } from '../../../src/adapter/types.ts';
import type { Issue } from '../../../src/contract/errors/types.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import type { JudicialCertificate } from '../../../src/model/generated/judicial-record.ts';
import type { VneidConfig } from '../config.ts';

export type Unaccepted = Exclude<Outcome<never>, { kind: 'done' }>;
export type Classified<Res> = { kind: 'accepted'; response: Res } | Unaccepted;

/** What became of a dossier there. */
export interface BackendState {
  /** in its own digits; undefined: it does not know the dossier, or says nothing of it */
  state?: string;
  message?: string;
  /** `result`: it is done · `refused`, `supplement`: it wants the dossier refused or completed (U13) · `working`: anything else */
  meaning: 'result' | 'refused' | 'supplement' | 'working';
  certificate?: JudicialCertificate;
  /** the signed PDF */
  content?: Buffer;
}

export interface LltpBackend<Push, PushAnswer, Ask, Answer> {
  /** @throws ValidationError with every issue, pointers into the dossier */
  encodePush(dossier: Dossier, config: VneidConfig, warn?: (warning: Issue) => void): Push;
  classifyPush(result: WireResult, config?: VneidConfig): Classified<PushAnswer>;
  /** of an accepted answer: was it there before? */
  wasThere(answer: PushAnswer, config: VneidConfig): boolean;
  encodeAsk(code: string, config: VneidConfig): Ask;
  classifyAsk(result: WireResult): Classified<Answer>;
  /** @param today Vietnamese day */
  readState(answer: Answer, code: string, today: string): BackendState;
}
