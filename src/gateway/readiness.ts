/** Is the gateway able to do its work now? */
import { issue } from '../contract/errors/issue.ts';
import type { Issue } from '../contract/errors/types.ts';
import type { GatewayContext } from './context.ts';
import type { EvidenceWatch } from './evidence.ts';
import type { LimitName, Limits } from './limits.ts';

export interface Readiness {
  ready: boolean;
  checks: { ledger: boolean; delivery: boolean; load: boolean; open: boolean };
  issues: Issue[];
  /** limits of which 80 % is used */
  warnings: { limit: LimitName; used: number; bound: number; ratio: number }[];
}

/** A probe may not wait longer for the disk than this. */
const LEDGER_MS = 2000;

/** @returns a function that asks: the ledger must take a write, delivery must run, nothing may be shed */
export function createReadiness(context: Pick<GatewayContext, 'delivery' | 'shedding' | 'isClosing'> & { evidence: Pick<EvidenceWatch, 'check' | 'state'>; limits: Pick<Limits, 'near'> }): () => Promise<Readiness> {
  const { delivery, evidence, limits } = context;

  async function writable(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), LEDGER_MS).unref();
    });
    try {
      return await Promise.race([evidence.check().then((state) => state.writable), tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }

  return async () => {
    const seen = delivery?.stats();
    const checks = {
      ledger: await writable(),
      delivery: seen === undefined || (seen.running && (seen.stalled ?? null) === null),
      load: context.shedding() === undefined,
      open: !context.isClosing(),
    };
    const issues: Issue[] = [];
    const shedding = context.shedding();
    if (!checks.ledger) issues.push(issue('LT-GATEWAY-LEDGER', undefined, evidence.state().code ?? undefined));
    if (!checks.delivery) issues.push(issue('LT-GATEWAY-NOT-READY', undefined, seen?.stalled?.code ?? 'delivery'));
    // A ledger that cannot be written is named once.
    if (shedding?.code === 'LT-GATEWAY-BUSY') issues.push(issue('LT-GATEWAY-BUSY', undefined, shedding.reason));
    if (!checks.open) issues.push(issue('LT-GATEWAY-STOPPING'));
    return { ready: issues.length === 0, checks, issues, warnings: limits.near().map(({ ratio, ...rest }) => ({ ...rest, ratio: Math.round(ratio * 1000) / 1000 })) };
  };
}
