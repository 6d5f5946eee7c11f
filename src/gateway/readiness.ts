/** Is the gateway able to do its work now? */
import { issue } from '../contract/errors/issue.ts';
import type { Issue } from '../contract/errors/types.ts';
import type { GatewayContext } from './context.ts';

export interface Readiness { ready: boolean; checks: { ledger: boolean; delivery: boolean; load: boolean; open: boolean }; issues: Issue[] }

/** A probe may not wait longer for the disk than this. */
const LEDGER_MS = 2000;
/** Load balancers ask often; the disk is asked at most once a second. */
const MAX_AGE_MS = 1000;

/** @returns a function that asks: the ledger must take a write, delivery must run, nothing may be shed */
export function createReadiness(context: Pick<GatewayContext, 'ledger' | 'delivery' | 'shedding' | 'isClosing' | 'now'>): () => Promise<Readiness> {
  const { ledger, delivery, now } = context;
  let last: { at: number; writable: Promise<boolean> } | undefined;

  function writable(): Promise<boolean> {
    const at = now();
    if (last !== undefined && at - last.at < MAX_AGE_MS && at >= last.at) return last.writable;
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), LEDGER_MS).unref();
    });
    const written = ledger.setCursor('gateway/readiness', String(at)).then(() => true, () => false);
    last = { at, writable: Promise.race([written, tooLate]).finally(() => clearTimeout(timer)) };
    return last.writable;
  }

  return async () => {
    const checks = {
      ledger: await writable(),
      delivery: delivery === undefined || delivery.stats().running,
      load: context.shedding() === undefined,
      open: !context.isClosing(),
    };
    const issues: Issue[] = [];
    if (!checks.ledger) issues.push(issue('LT-GATEWAY-LEDGER'));
    if (!checks.delivery) issues.push(issue('LT-GATEWAY-NOT-READY', undefined, 'delivery'));
    if (!checks.load) issues.push(issue('LT-GATEWAY-BUSY'));
    if (!checks.open) issues.push(issue('LT-GATEWAY-STOPPING'));
    return { ready: issues.length === 0, checks, issues };
  };
}
