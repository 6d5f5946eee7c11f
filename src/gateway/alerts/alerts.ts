/**
 * Alerts on change of state. The leader looks every few seconds, tells the log at once and the receivers in a digest. What was told
 * is kept in a cell, so that neither a restart nor a new leader tells it again, and a message that is on its way is not lost.
 * One state cannot be kept there: that nothing can be written. The process that led tells it, and tells its end.
 */
import { randomUUID } from 'node:crypto';
import type { UpstreamView } from '../../delivery/policy.ts';
import { living } from '../../ledger/cluster.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { instantFromEpoch } from '../../model/time.ts';
import type { AlertsConfig } from '../config.ts';
import type { Drift } from '../drift/radar.ts';
import type { EvidenceState } from '../evidence.ts';
import type { Limits } from '../limits.ts';
import type { Logger } from '../log.ts';
import type { GatewayMetrics } from '../metrics.ts';
import type { ScheduledTask } from '../schedule.ts';
import { EMPTY_MEMORY, judge, type Change, type Facts, type Memory } from './conditions.ts';
import { afterTry, dispatch, EMPTY_OUTBOX, gather, isDue, type Outbox } from './outbox.ts';
import { alertView } from './texts.ts';
import { createWebhooks } from './webhooks.ts';

export const ALERT_CELL = 'alerts/state';
const MOST_RECENT = 30;
/** Marks that no change came from are written this seldom: a look must not cost a commit. */
const SAVE_EVERY_MS = 60_000;
const MESSAGE_EVERY_MS = 1_000;
const MOST_SAVES = 5;
/** One that led within this time is the one to say that nothing can be written. */
const LED_LATELY_MS = 60_000;

/** What the cell holds. */
export interface AlertRecord { memory: Memory; outbox: Outbox; recent: Change[] }

export interface AlertsOptions {
  ledger: Pick<Ledger, 'getCell' | 'putCell' | 'counts' | 'nextReadyAt' | 'instances' | 'leads'>;
  config: AlertsConfig;
  upstreams: readonly string[];
  upstreamViews: () => Promise<readonly UpstreamView[]>;
  limits: Pick<Limits, 'readings'>;
  logger: Logger;
  metrics: Pick<GatewayMetrics, 'alert' | 'webhook'>;
  drift?: Pick<Drift, 'report'>;
  rounds?: () => Promise<NonNullable<Facts['rounds']>>;
  now: () => number;
}
export interface Alerts {
  /** for the schedule of the leader: looking, and sending what is due */
  tasks: readonly ScheduledTask[];
  /** told when the ledger stops or starts to take writes */
  evidence(state: EvidenceState): void;
  /** lets go of the receivers' lines; what is not sent yet waits in the cell */
  close(): Promise<void>;
}

export function createAlerts(options: AlertsOptions): Alerts {
  const { ledger, config, logger, metrics, now } = options;
  const digestMs = config.digestSeconds * 1000;
  const newId = (): string => `msg_${randomUUID()}`;
  const closing = new AbortController();
  let ledAt = Number.NEGATIVE_INFINITY;
  let savedAt = Number.NEGATIVE_INFINITY;

  const webhooks = createWebhooks({
    receivers: config.webhooks, now,
    observe: ({ webhook, ok, code }) => {
      metrics.webhook(webhook, ok ? 'sent' : 'failed');
      logger[ok ? 'info' : 'warn']({ webhook, code }, ok ? 'alert sent' : 'a receiver of alerts did not take the message');
    },
  });

  function tell(changes: readonly Change[]): void {
    for (const { kind, subject, change, figure } of changes) {
      metrics.alert(kind, change === 'cleared' ? 'cleared' : 'raised');
      logger[change === 'cleared' ? 'info' : 'warn']({ alert: kind, subject: subject === '' ? undefined : subject, state: change, count: figure }, 'alert');
    }
  }

  async function load(): Promise<{ record: AlertRecord; version: number }> {
    const cell = await ledger.getCell(ALERT_CELL);
    return { record: readAlertRecord(cell?.value), version: cell?.version ?? 0 };
  }
  /** false: the other task, or another process, was faster */
  const save = (record: AlertRecord, version: number): Promise<boolean> => ledger.putCell(ALERT_CELL, JSON.stringify(record), version);

  async function facts(): Promise<Facts> {
    const views = new Map((await options.upstreamViews()).map((view) => [view.upstream, view]));
    const upstreams = await Promise.all(options.upstreams.map(async (id) => ({ id, view: views.get(id), nextReadyAt: await ledger.nextReadyAt([id]) })));
    const skews = living(await ledger.instances()).map(({ clockSkewMs }) => Math.abs(clockSkewMs ?? 0));
    const drift = (await options.drift?.report())?.map(({ upstream, found }) => ({ upstream, open: Object.values(found).filter(({ ack }) => ack === undefined).length }));
    const rounds = (await options.rounds?.()) ?? [];
    return { now: now(), counts: await ledger.counts(now()), upstreams, limits: options.limits.readings(), rounds, clockSkewMs: Math.max(0, ...skews), ...(drift === undefined ? {} : { drift }) };
  }

  let marks: Memory | undefined;
  async function look(): Promise<void> {
    ledAt = now();
    const { record, version } = await load();
    // Marks are newer here than in the cell, unless somebody else has led meanwhile.
    const before = marks === undefined ? record.memory : { ...record.memory, answered: marks.answered, sent: marks.sent };
    const { memory, changes } = judge(await facts(), before, config);
    marks = memory;
    const outbox = dispatch(gather(record.outbox, changes, now()), now(), digestMs, webhooks.names, newId);
    if (changes.length === 0 && outbox === record.outbox && now() - savedAt < SAVE_EVERY_MS) return;
    const saved = await save({ memory, outbox, recent: [...changes.toReversed(), ...record.recent].slice(0, MOST_RECENT) }, version);
    // Not saved: the next look finds the same changes again.
    if (!saved) return;
    savedAt = now();
    tell(changes);
  }

  async function post(outbox: Outbox, signal: AbortSignal): Promise<Outbox> {
    const message = outbox.sending;
    if (message === null || !isDue(message, now())) return outbox;
    const told = await webhooks.post({ id: message.id, body: bodyOf(message.changes, message.more, now()), to: message.to }, signal);
    // Cut off by our own end: that was no try, whoever leads next makes it.
    if (signal.aborted) return outbox;
    const after = afterTry(outbox, told, now());
    for (const webhook of after.givenUp) {
      metrics.webhook(webhook, 'given-up');
      logger.error({ webhook, attempts: message.attempts + 1 }, 'a receiver of alerts was given up for this message');
    }
    return after.outbox;
  }

  async function send(signal: AbortSignal): Promise<void> {
    const { outbox } = (await load()).record;
    const after = await post(outbox, signal);
    if (after === outbox) return;
    // A look may have gathered more meanwhile: only the message itself is changed.
    for (let tries = 0; tries < MOST_SAVES; tries += 1) {
      const { record, version } = await load();
      if (record.outbox.sending?.id !== outbox.sending?.id || (await save({ ...record, outbox: { ...record.outbox, sending: after.sending } }, version))) return;
    }
  }

  // What cannot be kept in the ledger lives and ends in this process.
  let own: Outbox = EMPTY_OUTBOX;
  let unwritableSince: number | undefined;
  let ownTimer: NodeJS.Timeout | undefined;
  function sendOwn(): void {
    ownTimer ??= setTimeout(() => {
      own = dispatch(own, now(), digestMs, webhooks.names, newId);
      void post(own, closing.signal).then((after) => {
        own = { ...own, sending: after.sending };
        ownTimer = undefined;
        if (!closing.signal.aborted && (own.gathering !== null || own.sending !== null)) sendOwn();
      });
    }, MESSAGE_EVERY_MS).unref();
  }

  return {
    tasks: [
      { name: 'alerts', everyMs: config.everySeconds * 1000, run: look },
      { name: 'alert-messages', everyMs: MESSAGE_EVERY_MS, run: send },
    ],
    evidence({ writable, since }) {
      if (writable ? unwritableSince === undefined : !ledger.leads() && now() - ledAt > LED_LATELY_MS) return;
      const began = unwritableSince ?? since;
      const change: Change = { kind: 'evidence-unwritable', subject: '', change: writable ? 'cleared' : 'raised', at: since, since: began, figure: Math.round((since - began) / 1000) };
      unwritableSince = writable ? undefined : since;
      tell([change]);
      own = gather(own, [change], now());
      sendOwn();
    },
    async close() {
      closing.abort();
      clearTimeout(ownTimer);
      await webhooks.close();
    },
  };
}

function bodyOf(changes: readonly Change[], more: number, at: number): string {
  return JSON.stringify({ type: 'lienthong.alerts', timestamp: instantFromEpoch(at), data: { alerts: changes.map(alertView), more } });
}

/** A cell of another version of this program, or none, is an empty record: what still holds is then told once more. */
export function readAlertRecord(value: string | undefined): AlertRecord {
  const empty: AlertRecord = { memory: EMPTY_MEMORY, outbox: EMPTY_OUTBOX, recent: [] };
  if (value === undefined) return empty;
  try {
    const { memory, outbox, recent } = JSON.parse(value) as Partial<AlertRecord>;
    return memory?.active === undefined || outbox === undefined || recent === undefined ? empty : { memory, outbox, recent };
  } catch {
    return empty;
  }
}
