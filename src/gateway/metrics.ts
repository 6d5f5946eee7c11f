/**
 * Prometheus metrics; `@prometheus-io/client` is imported here only. Labels are codes and configured names, never a
 * dossier or a person. What the ledger knows is read when a scrape asks for it, and at most once in two seconds.
 */
import { Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';
import { BREAKER_STATES, type UpstreamView } from '../delivery/policy.ts';
import { living } from '../ledger/cluster.ts';
import { HOLD_SCOPES } from '../ledger/control.ts';
import type { Ledger, LedgerCounts } from '../ledger/ledger.ts';
import type { Drift } from './drift/radar.ts';
import type { EvidenceWatch } from './evidence.ts';
import type { Limits } from './limits.ts';
import { ROLES } from './roles.ts';

export const INTAKE_RESULTS = ['accepted', 'duplicate', 'stale', 'conflict', 'quarantined', 'failed'] as const;
export type IntakeOutcome = (typeof INTAKE_RESULTS)[number];

/** One call on the wire, as the delivery room reports it. */
export interface AttemptSeen { upstream: string; operation: string; kind: string; outcome: string; startedAt: number; endedAt: number }

export interface GatewayMetrics {
  intake(result: IntakeOutcome, seconds: number): void;
  request(method: string, route: string, status: number, seconds: number): void;
  attempt(attempt: AttemptSeen): void;
  inbound(upstream: string, route: string, status: number): void;
  shed(reason: string): void;
  importsOpen(delta: 1 | -1): void;
  alert(kind: string, change: 'raised' | 'cleared'): void;
  webhook(name: string, result: 'sent' | 'failed' | 'given-up'): void;
  scheduleFailed(task: string): void;
  /** one round of an upstream has ended: `partly` where some of its rows failed */
  round(upstream: string, round: string, result: 'done' | 'partly' | 'failed', rows: { told: number; failed: number }): void;
  /** the text of a scrape and its content type */
  scrape(): Promise<{ text: string; contentType: string }>;
}

const LATENCY = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** A figure of the ledger may be this old; several scrapers then cost one query. */
const COUNTS_MAX_AGE_MS = 2000;

export interface MetricsOptions {
  ledger: Ledger;
  now: () => number;
  deliveryActive: () => number | undefined;
  limits: Pick<Limits, 'readings'>;
  evidence: Pick<EvidenceWatch, 'state'>;
  upstreamViews: () => Promise<readonly UpstreamView[]>;
  drift: Pick<Drift, 'report' | 'observedHere'>;
}

export function createMetrics(options: MetricsOptions): GatewayMetrics {
  const { ledger, now } = options;
  const registers = [new Registry()];
  const registry = registers[0] as Registry;
  const intakeTotal = new Counter({ name: 'lienthong_intake_total', help: 'Changes that came in, by result', labelNames: ['result'], registers });
  const intakeSeconds = new Histogram({ name: 'lienthong_intake_seconds', help: 'From the raw input to the durable record', buckets: LATENCY, registers });
  const http = new Histogram({ name: 'lienthong_http_request_seconds', help: 'HTTP calls to the gateway', labelNames: ['method', 'route', 'status'], buckets: LATENCY, registers });
  const attempts = new Counter({ name: 'lienthong_attempts_total', help: 'Calls to upstreams, by outcome', labelNames: ['upstream', 'operation', 'kind', 'outcome'], registers });
  const attemptSeconds = new Histogram({ name: 'lienthong_attempt_seconds', help: 'Duration of calls to upstreams', labelNames: ['upstream', 'operation'], buckets: LATENCY, registers });
  const inbound = new Counter({ name: 'lienthong_inbound_total', help: 'Calls that upstreams made to us', labelNames: ['upstream', 'route', 'status'], registers });
  const shed = new Counter({ name: 'lienthong_shed_total', help: 'Calls refused to protect the gateway', labelNames: ['reason'], registers });
  const imports = new Gauge({ name: 'lienthong_imports_open', help: 'NDJSON imports in progress', registers });

  const alerts = new Counter({ name: 'lienthong_alerts_total', help: 'Alerts raised and cleared by this process', labelNames: ['kind', 'change'], registers });
  const webhooks = new Counter({ name: 'lienthong_webhooks_total', help: 'Messages to receivers of alerts', labelNames: ['webhook', 'result'], registers });
  const scheduleFailures = new Counter({ name: 'lienthong_schedule_failures_total', help: 'Scheduled tasks that failed', labelNames: ['task'], registers });

  const rounds = new Counter({ name: 'lienthong_rounds_total', help: 'Rounds in which upstreams were asked by the clock, by result', labelNames: ['upstream', 'round', 'result'], registers });
  const roundRows = new Counter({ name: 'lienthong_round_rows_total', help: 'Dossiers that rounds brought news of, and rows that failed', labelNames: ['upstream', 'round', 'result'], registers });

  let last: { at: number; counts: Promise<LedgerCounts | undefined> } | undefined;
  const counts = (): Promise<LedgerCounts | undefined> => {
    const at = now();
    if (last === undefined || at - last.at > COUNTS_MAX_AGE_MS || at < last.at) last = { at, counts: ledger.counts(at).catch(() => undefined) };
    return last.counts;
  };
  const figure = (name: string, help: string, read: (c: LedgerCounts) => number): void => {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const c = await counts();
        if (c === undefined) this.reset();
        else this.set(read(c));
      },
    });
  };
  figure('lienthong_dossiers', 'Dossiers in the ledger', (c) => c.dossiers);
  figure('lienthong_events', 'Events in the ledger', (c) => c.events);
  figure('lienthong_quarantined', 'Inputs in quarantine', (c) => c.quarantined);
  figure('lienthong_doubts', 'Lost replies that were settled by policy instead of an answer', (c) => c.doubts);
  figure('lienthong_lanes_ready', 'Lanes with work that is due', (c) => c.lanesReady);
  figure('lienthong_lanes_blocked', 'Lanes that wait for a new change or a person', (c) => c.lanesBlocked);
  figure('lienthong_lanes_held', 'Lanes with work that a hold keeps back', (c) => c.lanesHeld);
  figure('lienthong_backlog_age_seconds', 'Age of the oldest exchange that is not settled', (c) => (c.oldestPendingMs ?? 0) / 1000);
  new Gauge({
    name: 'lienthong_exchanges',
    help: 'Exchanges in the ledger by state',
    labelNames: ['upstream', 'operation', 'state'],
    registers,
    async collect() {
      const c = await counts();
      this.reset();
      for (const [key, n] of Object.entries(c?.exchanges ?? {})) {
        const [upstream = '', operation = '', state = ''] = key.split('/');
        this.set({ upstream, operation, state }, n);
      }
    },
  });
  clusterMetrics(options, registers);
  new Gauge({ name: 'lienthong_ledger_waiting', help: 'Callers waiting for the ledger', registers, collect() { this.set(ledger.pending()); } });
  new Gauge({ name: 'lienthong_lanes_active', help: 'Lanes being drained now', registers, collect() { this.set(options.deliveryActive() ?? 0); } });
  new Gauge({ name: 'process_resident_memory_bytes', help: 'Resident memory of the gateway', registers, collect() { this.set(process.memoryUsage.rss()); } });
  const cpu = new Counter({ name: 'process_cpu_seconds_total', help: 'CPU time of the gateway', registers });
  let cpuSeen = 0;
  new Gauge({
    name: 'process_uptime_seconds',
    help: 'Age of the process',
    registers,
    collect() {
      const usage = process.cpuUsage();
      const total = (usage.user + usage.system) / 1e6;
      cpu.inc(Math.max(0, total - cpuSeen));
      cpuSeen = total;
      this.set(process.uptime());
    },
  });

  // Children are looked up once: the label hash is a good part of what a metric costs on the hot path.
  const byResult = Object.fromEntries(INTAKE_RESULTS.map((r) => [r, intakeTotal.labels(r)])) as Record<IntakeOutcome, ReturnType<typeof intakeTotal.labels>>;
  const byRequest = new Map<string, ReturnType<typeof http.labels>>();
  return {
    intake(result, seconds) {
      byResult[result].inc();
      intakeSeconds.observe(seconds);
    },
    request(method, route, status, seconds) {
      const key = `${method} ${route} ${status}`;
      let child = byRequest.get(key);
      if (child === undefined) byRequest.set(key, (child = http.labels(method, route, String(status))));
      child.observe(seconds);
    },
    attempt(a) {
      attempts.inc({ upstream: a.upstream, operation: a.operation, kind: a.kind, outcome: a.outcome });
      attemptSeconds.observe({ upstream: a.upstream, operation: a.operation }, Math.max(0, a.endedAt - a.startedAt) / 1000);
    },
    inbound: (upstream, route, status) => inbound.inc({ upstream, route, status: String(status) }),
    shed: (reason) => shed.inc({ reason }),
    importsOpen: (delta) => imports.inc(delta),
    alert: (kind, change) => alerts.inc({ kind, change }),
    webhook: (webhook, result) => webhooks.inc({ webhook, result }),
    scheduleFailed: (task) => scheduleFailures.inc({ task }),
    round(upstream, round, result, { told, failed }) {
      rounds.inc({ upstream, round, result });
      roundRows.inc({ upstream, round, result: 'told' }, told);
      roundRows.inc({ upstream, round, result: 'failed' }, failed);
    },
    scrape: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
  };
}

/** What all processes share, and how near this one is to its limits. A figure that cannot be had is left out. */
function clusterMetrics({ ledger, limits, evidence, upstreamViews, drift }: MetricsOptions, registers: Registry[]): void {
  const gauge = (name: string, help: string, labelNames: string[], read: (set: (labels: Record<string, string>, value: number) => void) => void | Promise<void>): void => {
    new Gauge({
      name, help, labelNames, registers,
      async collect() {
        this.reset();
        try {
          await read((labels, value) => this.set(labels, value));
        } catch {
          this.reset();
        }
      },
    });
  };
  gauge('lienthong_limit_used_ratio', 'Share of each limit that is used; 1 is the limit', ['limit'], (set) => {
    for (const { limit, ratio } of limits.readings()) set({ limit }, ratio);
  });
  gauge('lienthong_evidence_writable', '1 while the ledger takes writes; at 0 nothing is exchanged', [], (set) => set({}, evidence.state().writable ? 1 : 0));
  gauge('lienthong_holds', 'Standing holds', ['scope'], async (set) => {
    const counts: Record<string, number> = {};
    for (const { scope } of await ledger.listHolds()) counts[scope] = (counts[scope] ?? 0) + 1;
    for (const scope of HOLD_SCOPES) set({ scope }, counts[scope] ?? 0);
  });
  gauge('lienthong_instances', 'Living processes on the ledger, by role', ['role'], async (set) => {
    const instances = living(await ledger.instances());
    for (const role of ROLES) set({ role }, instances.filter((one) => one.roles.includes(role)).length);
  });
  gauge('lienthong_leader', '1 in the process that runs the schedules', [], (set) => set({}, ledger.leads() ? 1 : 0));
  gauge('lienthong_breaker_state', 'Breaker of each upstream: 0 closed, 1 open, 2 half-open', ['upstream'], async (set) => {
    for (const { upstream, breaker } of await upstreamViews()) set({ upstream }, BREAKER_STATES.indexOf(breaker.state));
  });
  gauge('lienthong_drift_deviations', 'Ways in which answers differ from their pinned shape and that nobody has acknowledged', ['upstream', 'operation', 'kind'], async (set) => {
    for (const { upstream, found } of await drift.report()) {
      const counts: Record<string, number> = {};
      for (const { operation, kind, ack } of Object.values(found)) if (ack === undefined) counts[`${operation}/${kind}`] = (counts[`${operation}/${kind}`] ?? 0) + 1;
      for (const [key, n] of Object.entries(counts)) {
        const [operation = '', kind = ''] = key.split('/');
        set({ upstream, operation, kind }, n);
      }
    }
  });
  new Counter({
    name: 'lienthong_drift_observed_total', help: 'Answers that this process held against their pinned shape', labelNames: ['upstream', 'operation'], registers,
    collect() {
      this.reset();
      for (const { upstream, operation, count } of drift.observedHere()) this.inc({ upstream, operation }, count);
    },
  });
  gauge('lienthong_upstream_waits', '1 for each reason why no call goes out now', ['upstream', 'reason'], async (set) => {
    for (const { upstream, waits } of await upstreamViews()) for (const { reason } of waits) set({ upstream, reason }, 1);
  });
}
