/** What must hold at the end of a run of the nemesis, read from the simulator's journal and the ledger. */
import { verifyExport, type ExportedEvent } from '../../src/ledger/chain.ts';
import type { ExchangeRow, Ledger } from '../../src/ledger/ledger.ts';
import { codeOf, evidence, exchangesOf, findings, judge, type Portal } from './scene.ts';
import { EACH_KIND, type BlowKind, type EngineName } from './schedule.ts';

export interface Verdict {
  /** what is wrong; empty: everything held and enough happened */
  violations: string[];
  figures: Record<string, number>;
}
export interface StormOutcome {
  engine: EngineName;
  lines: readonly string[];
  ledger: Ledger;
  portal: Portal;
  /** by line: the event that its acknowledgement named */
  acknowledged: ReadonlyMap<number, string>;
  blows: Partial<Record<BlowKind, number>>;
  /** lost replies settled by policy, as the gateway counts them */
  doubts: number | undefined;
  violations: readonly string[];
  figures: Record<string, number>;
}

/** A run in which less happened proves nothing. */
export const LEAST: Record<EngineName, { blows: Partial<Record<BlowKind, number>>; figures: Record<string, number> }> = {
  sqlite: {
    blows: { kill: 6, stop: 1, pause: 2, 'long-pause': 1, cut: 2, 'half-open': 2, 'slow-line': 2, weather: 5, 'expire-sessions': 2 },
    figures: { acknowledged: 300, repeated: 10, steps: 800, interrupted: 10, lostAtHost: 10, faults: 40, linesReset: 1, linesDeafened: 1 },
  },
  postgres: {
    blows: { kill: 4, stop: 1, pause: 1, 'long-pause': 1, 'database-kill': 2, 'database-stop': 1, 'database-pause': 1, cut: 2, 'half-open': 2, 'slow-line': 2, weather: 5, 'expire-sessions': 2 },
    figures: { acknowledged: 300, repeated: 10, brokenOff: 1, steps: 800, interrupted: 10, lostAtHost: 20, faults: 60, linesReset: 2, linesDeafened: 2 },
  },
};
/** Faults of the upstream; that an answer came late is none. */
export const faultsIn = (counts: Partial<Record<string, number>>): number => Object.entries(counts).reduce((sum, [kind, n]) => (kind === 'latency' ? sum : sum + (n ?? 0)), 0);
const SETTLED = new Set(['done', 'rejected', 'dead', 'doubtful', 'superseded', 'cancelled']);
/** States that a person must look at, and why must stand beside them. */
const FOR_A_PERSON = new Set(['rejected', 'dead', 'doubtful']);
const SHOWN = 5;

export async function judgeStorm(outcome: StormOutcome): Promise<Verdict> {
  const { engine, lines, ledger, portal, acknowledged, blows } = outcome;
  const violations = [...outcome.violations];
  const found = (what: string, list: readonly unknown[]): void => {
    if (list.length > 0) violations.push(`${what}: ${list.length}, ${JSON.stringify(list.slice(0, SHOWN))}`);
  };

  if (acknowledged.size < lines.length) violations.push(`${lines.length - acknowledged.size} of ${lines.length} lines were never acknowledged`);
  const kept = await keptEvents(ledger, lines, acknowledged);
  found('acknowledged, but not in the ledger under the event that was named', kept.missing);
  violations.push(...(await chainFaults(ledger)));

  const exchanges = await exchangesOf(ledger);
  found('not settled at the end', exchanges.filter((e) => !SETTLED.has(e.state)).map(short));
  found('given to a person without a reason', exchanges.filter((e) => FOR_A_PERSON.has(e.state) && e.code === null).map(short));
  // Nothing in these runs is anybody's fault but the line's: a refusal, or giving up long before time, is a fault wrongly read.
  found('rejected or dead although only the line was at fault', exchanges.filter((e) => e.state === 'rejected' || e.state === 'dead').map(short));
  found('settled by policy where the upstream can be asked', exchanges.filter((e) => e.operation === 'syncDossier' && (e.state === 'doubtful' || e.doubt === 'never-resent' || e.doubt === 'resent-after-lost-reply')).map(short));
  const byPolicy = exchanges.filter((e) => e.doubt === 'resent-after-lost-reply' || e.doubt === 'never-resent');
  found('in doubt without a lost reply', byPolicy.filter((e) => e.lostReplies === 0).map(short));
  if (outcome.doubts !== undefined && outcome.doubts !== byPolicy.length) violations.push(`the gateway counts ${outcome.doubts} doubts, the ledger holds ${byPolicy.length}`);

  // A reply that died with its reader was delivered as far as the host can see: the ledger's own count is evidence too.
  const report = judge({ portal, lines, exchanges, evidence: 'host-or-ledger' });
  for (const [what, list] of Object.entries(findings(report))) found(what, list);
  if (!report.ok) violations.push(evidence('', report, portal, exchanges));

  const faults = portal.faults.counts();
  const figures: Record<string, number> = {
    lines: lines.length, acknowledged: acknowledged.size, events: kept.events, exchanges: exchanges.length, interrupted: kept.interrupted, lostAtHost: portal.faults.lostReplies().length,
    doubts: byPolicy.length, faults: faultsIn(faults), ...report.figures, ...outcome.figures,
  };
  for (const [kind, least] of Object.entries(LEAST[engine].blows)) if ((blows[kind as BlowKind] ?? 0) < least) violations.push(`too little happened: ${kind} ${blows[kind as BlowKind] ?? 0} times, ${least} are wanted`);
  for (const [what, least] of Object.entries(LEAST[engine].figures)) if ((figures[what] ?? 0) < least) violations.push(`too little happened: ${what} ${figures[what] ?? 0}, ${least} are wanted`);
  for (const kind of EACH_KIND) if (faults[kind] === undefined) violations.push(`too little happened: the fault ${kind} never came`);
  return { violations, figures };
}

const short = (e: ExchangeRow): unknown => ({ id: e.id, dossier: e.dossierCode, operation: e.operation, itemKey: e.itemKey, state: e.state, code: e.code, attempts: e.attempts, lostReplies: e.lostReplies, doubt: e.doubt });

async function keptEvents(ledger: Ledger, lines: readonly string[], acknowledged: ReadonlyMap<number, string>): Promise<{ missing: unknown[]; events: number; interrupted: number }> {
  const byCode = new Map<string, Map<number, string>>();
  for (const [line, event] of acknowledged) {
    const code = codeOf(lines[line] ?? '');
    const known = byCode.get(code) ?? new Map<number, string>();
    byCode.set(code, known.set(line, event));
  }
  const missing: unknown[] = [];
  let events = 0;
  let interrupted = 0;
  for (const [code, wanted] of byCode) {
    const timeline = await ledger.timeline(code);
    const held = new Set(timeline?.events.map((event) => event.id));
    events += held.size;
    interrupted += timeline?.attempts.filter((attempt) => attempt.code === 'LT-LEDGER-INTERRUPTED').length ?? 0;
    for (const [line, event] of wanted) if (!held.has(event)) missing.push({ line, code, event });
    // One event for each different line: nothing was recorded twice.
    if (held.size > wanted.size && acknowledged.size === lines.length) missing.push({ code, recordedTwice: [...held], wanted: [...wanted.values()] });
  }
  return { missing, events, interrupted };
}

/** The chain as the ledger walks it, and as somebody walks it who has only the exported lines. */
async function chainFaults(ledger: Ledger): Promise<string[]> {
  const inside = await ledger.verify();
  if (inside.brokenAt !== null) return [`the hash chain breaks at ${inside.brokenAt}`];
  const all: ExportedEvent[] = [];
  for (;;) {
    const page = await ledger.exportEvents({ afterSeq: all.at(-1)?.seq ?? 0, limit: 1_000, bodies: true });
    if (page.length === 0) break;
    all.push(...page);
  }
  const outside = verifyExport(all.map((event) => JSON.stringify(event)));
  return outside.brokenAt === null && outside.events === inside.events ? [] : [`exported, the hash chain has ${outside.events} events of ${inside.events} and breaks at ${String(outside.brokenAt)}`];
}
