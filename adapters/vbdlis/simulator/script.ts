/** What happens to a case inside the simulated land system: a list of steps, given or drawn from the seed. */
import type { Random } from '../../../src/adapter/random.ts';
import { isRecord } from '../../../src/contract/is-record.ts';

/**
 * `move`, `move-back`: to another officer (I1). `supplement`: papers are missing (I2), waits for O2, then tells that they came (I3).
 * `pause`: I2 with LaTamDung, over by itself (I3) or by O2. `tax`: notices (I4, or KetQuaThue of ILIS), waits for O2, the payment.
 * `tax-untold`: notices that nobody waits for. `tax-return`: the tax office returned the file (I9). `send-back`: to reception (I7), waits
 * until the dossier is submitted again. `wrong-procedure`: I8, waits for it with another procedure. `finish`: ends with a result (I5, 0).
 * `return`: ends without one (I5, not 0).
 */
export const STEP_KINDS = ['move', 'move-back', 'supplement', 'pause', 'tax', 'tax-untold', 'tax-return', 'send-back', 'wrong-procedure', 'finish', 'return'] as const;
export type StepKind = (typeof STEP_KINDS)[number];
/** `afterMs`: since the step before, or since what it waited for; drawn from the seed when it is not given */
export type ScriptStep = StepKind | { do: StepKind; afterMs?: number };
export type Script = readonly ScriptStep[];

const isKind = (v: unknown): v is StepKind => STEP_KINDS.some((kind) => kind === v);
const isStep = (v: unknown): v is ScriptStep => isKind(v) || (isRecord(v) && isKind(v['do']) && (v['afterMs'] === undefined || (typeof v['afterMs'] === 'number' && v['afterMs'] >= 0)));
export const isScript = (v: unknown): v is Script => Array.isArray(v) && v.every(isStep);

/** How often something happens to a case, from 0 to 1. */
export interface Chances { supplement: number; tax: number; pause: number; sendBack: number; wrongProcedure: number; taxReturn: number; moveBack: number; returned: number }
export const DEFAULT_CHANCES: Chances = { supplement: 0.3, tax: 0.6, pause: 0.05, sendBack: 0.04, wrongProcedure: 0.02, taxReturn: 0.08, moveBack: 0.1, returned: 0.07 };

export function drawScript(random: Random, chances: Chances): Script {
  const happens = (name: keyof Chances): boolean => random.next() < chances[name];
  const steps: StepKind[] = ['move'];
  if (happens('wrongProcedure')) steps.push('wrong-procedure');
  if (happens('sendBack')) steps.push('send-back');
  if (happens('supplement')) steps.push('supplement');
  steps.push('move');
  if (happens('moveBack')) steps.push('move-back', 'move');
  if (happens('pause')) steps.push('pause');
  if (happens('tax')) {
    if (happens('taxReturn')) steps.push('tax-return', 'move');
    steps.push('tax', 'move');
  }
  steps.push(happens('returned') ? 'return' : 'finish');
  return steps;
}

/** After a wrong result was reported: back to the officer, and a corrected result. */
export const REWORK: Script = ['move-back', 'finish'];
/** A dossier that came for the tax step alone (fact sheet 5.1). */
export const TAX_STEP: Script = ['tax-untold'];
