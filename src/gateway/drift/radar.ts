/**
 * The drift radar. Every answer of every upstream is held against the pinned shape of its operation, in observe mode: nothing is
 * refused for it. What differs is counted with a masked sample, so that a person sees a new field or an unknown code before it breaks
 * something. What one process has seen is put into a cell of the ledger now and then, never while an answer is being handled.
 */
import type { Adapter, AnyOperation, InboundRoute } from '../../adapter/types.ts';
import type { AnswerObserver } from '../../adapter/watch.ts';
import type { LedgerCells } from '../../ledger/cells.ts';
import { changeCell } from '../../delivery/shared-cell.ts';
import type { DriftConfig } from '../config.ts';
import type { Logger } from '../log.ts';
import { addEntry, addObserved, emptyRecord, idOf, mergeRecord, readRecord, recordOf, type DriftRecord, type Entry } from './record.ts';
import { findShapes, Watched, type ShapeFinder } from './watch.ts';

const PREFIX = 'drift/';
const FLUSH_MS = 30_000;
/** Something that nobody has seen before is worth a write of its own. */
const SOON_MS = 1_000;
const MOST_UPSTREAMS = 200;
const MOST_IDS = 2_000;

export interface DriftOptions {
  cells: LedgerCells;
  config: DriftConfig;
  /** upstreams and sources as configured */
  systems: readonly { id: string; adapter: Adapter }[];
  logger: Logger;
  now?: () => number;
  /** ms between two writes. @default 30 s, and 1 s for something new */
  flushMs?: { usual: number; soon: number };
}
export interface UpstreamDrift extends DriftRecord { upstream: string }
export interface Drift {
  /** loads shapes and what is known. A ledger that cannot be read is no reason to fail: then everything is new */
  start(): Promise<void>;
  /** for a line to this upstream or source; undefined when nothing is observed */
  observer(id: string): AnswerObserver | undefined;
  /** a call that the upstream made to us, as parsed */
  inbound(id: string, route: InboundRoute, body: unknown): void;
  /** what all processes know, and this one has not written yet */
  report(): Promise<UpstreamDrift[]>;
  /** operations and inbound calls without a pinned shape */
  unobserved(): { upstream: string; operation: string }[];
  /** answers looked at by this process */
  observedHere(): { upstream: string; operation: string; count: number }[];
  /** @returns the entry, undefined when there is none with this id */
  acknowledge(id: string, by: string, reason: string): Promise<{ upstream: string; entry: Entry } | undefined>;
  /** writes what is not written yet */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** One system, and what this process has seen of it. */
interface System {
  id: string;
  adapter: Adapter;
  shapes: ShapeFinder | undefined;
  known: DriftRecord;
  watched: Map<string, Watched | undefined>;
  ids: Map<string, string>;
  delta: DriftRecord;
  here: Map<string, number>;
  /** answers, for looking at each nth only */
  answers: number;
}

export function createDrift(options: DriftOptions): Drift {
  const { cells, config, logger, now = Date.now } = options;
  const { usual, soon } = options.flushMs ?? { usual: FLUSH_MS, soon: SOON_MS };
  const systems = new Map<string, System>();
  for (const { id, adapter } of options.systems) {
    if (!systems.has(id)) systems.set(id, { id, adapter, shapes: undefined, known: emptyRecord(), watched: new Map(), ids: new Map(), delta: emptyRecord(), here: new Map(), answers: 0 });
  }
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let writing: Promise<void> = Promise.resolve();
  let isClosed = false;

  function later(ms: number): void {
    const at = Date.now() + ms;
    if (isClosed || at >= dueAt) return;
    clearTimeout(timer);
    dueAt = at;
    timer = setTimeout(() => void flush(), ms).unref();
  }

  function watchedOf(system: System, operation: string, validate: AnyOperation['response']): Watched | undefined {
    if (system.shapes === undefined) return undefined;
    if (system.watched.has(operation)) return system.watched.get(operation);
    const root = system.shapes.rootOf(validate);
    const watched = root === undefined ? undefined : new Watched(root, config.habitAfter, (variant) => system.known.habits[`${operation} ${variant}`]);
    system.watched.set(operation, watched);
    return watched;
  }

  function look(system: System, operation: string, validate: AnyOperation['response'], body: unknown): void {
    if (typeof body !== 'object' || body === null) return;
    system.answers += 1;
    if (config.every > 1 && system.answers % config.every !== 0) return;
    const watched = watchedOf(system, operation, validate);
    if (watched === undefined) return;
    const at = now();
    const seen = system.delta.observed[operation];
    if (seen === undefined) addObserved(system.delta, operation, { count: 1, first: at, last: at });
    else {
      seen.count += 1;
      seen.last = at;
    }
    system.here.set(operation, (system.here.get(operation) ?? 0) + 1);
    later(usual);
    for (const { deviation, basis } of watched.look(body)) {
      const { kind, pointer, found, code } = deviation;
      const key = `${operation} ${basis} ${kind} ${pointer} ${found?.type ?? ''} ${code ?? ''}`;
      let id = system.ids.get(key);
      if (id === undefined) {
        id = idOf(system.id, operation, basis, deviation);
        if (system.ids.size < MOST_IDS) {
          system.ids.set(key, id);
          if (system.known.found[id] === undefined) later(soon);
        }
      }
      addEntry(system.delta, id, { operation, kind, pointer, basis, found, ...(code === undefined ? {} : { code }), first: at, last: at, count: 1 });
    }
  }

  async function write(system: System): Promise<void> {
    for (const [operation, watched] of system.watched) {
      for (const [variant, known] of watched?.learned() ?? []) system.delta.habits[`${operation} ${variant}`] = known;
    }
    const { delta } = system;
    if (Object.keys(delta.observed).length === 0) return;
    system.delta = emptyRecord();
    try {
      const { value, written } = await changeCell<DriftRecord>(cells, PREFIX + system.id, (held) => mergeRecord(recordOf(held), delta, now()));
      if (written && value !== undefined) {
        tell(system, delta, value);
        system.known = value;
        return;
      }
    } catch (error) {
      // The ledger may take no writes for a while. What was counted stays here; delivery has troubles enough of its own then.
      logger.debug({ upstream: system.id, err: error }, 'drift not written');
    }
    system.delta = mergeRecord(delta, system.delta, now());
  }

  /** The log gets a line for each difference once, from the process that saw it first. */
  function tell({ id: upstream, known }: System, delta: DriftRecord, merged: DriftRecord): void {
    for (const [id, { operation, kind, pointer }] of Object.entries(delta.found)) {
      const entry = merged.found[id];
      if (known.found[id] !== undefined || entry === undefined || entry.count !== delta.found[id]?.count) continue;
      logger.warn({ upstream, operation, code: kind, subject: pointer }, 'answer differs from its schema');
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    dueAt = Number.POSITIVE_INFINITY;
    writing = writing.then(async () => {
      for (const system of systems.values()) await write(system);
      if ([...systems.values()].some(({ delta }) => Object.keys(delta.observed).length > 0)) later(usual);
    });
    return writing;
  }

  async function report(): Promise<UpstreamDrift[]> {
    await writing;
    const records = new Map((await cells.listCells(PREFIX, MOST_UPSTREAMS)).map(({ name, value }) => [name.slice(PREFIX.length), readRecord(value)]));
    for (const { id, delta } of systems.values()) records.set(id, mergeRecord(records.get(id) ?? emptyRecord(), delta, now()));
    return [...records].map(([upstream, record]) => ({ upstream, ...record }));
  }

  return {
    async start() {
      if (!config.enabled) return;
      await Promise.all([...systems.values()].map(async (system) => {
        try {
          system.known = readRecord((await cells.getCell(PREFIX + system.id))?.value);
        } catch (error) {
          logger.warn({ upstream: system.id, err: error }, 'drift of earlier runs cannot be read');
        }
        system.shapes = await findShapes(system.adapter);
      }));
    },
    observer(id) {
      const system = systems.get(id);
      if (system === undefined || !config.enabled) return undefined;
      const { adapter } = system;
      return (operation, result) => {
        // What is no success is a failure of the call, and is counted as such.
        if (result.kind !== 'response' || result.status < 200 || result.status > 299) return;
        look(system, operation.id, operation.response, adapter.unpack === undefined ? result.body : adapter.unpack(result.body));
      };
    },
    inbound(id, route, body) {
      const system = systems.get(id);
      if (system === undefined || !config.enabled) return;
      try {
        look(system, route.id, route.request, route.unpack === undefined ? body : route.unpack(body));
      } catch (error) {
        logger.error({ upstream: id, operation: route.id, err: error }, 'drift cannot be looked at');
      }
    },
    report,
    unobserved() {
      return [...systems.values()].filter(({ shapes }) => shapes !== undefined).flatMap((system) => [
        ...Object.values(system.adapter.operations).map(({ id, response }) => [id, response] as const),
        ...system.adapter.inbound.map(({ id, request }) => [id, request] as const),
      ].filter(([id, validate]) => watchedOf(system, id, validate) === undefined).map(([operation]) => ({ upstream: system.id, operation })));
    },
    observedHere: () => [...systems.values()].flatMap(({ id, here }) => [...here].map(([operation, count]) => ({ upstream: id, operation, count }))),
    async acknowledge(id, by, reason) {
      await flush();
      const found = (await report()).find((record) => record.found[id] !== undefined);
      if (found === undefined) return undefined;
      const { value } = await changeCell<DriftRecord>(cells, PREFIX + found.upstream, (held) => {
        const entry = held?.found[id];
        return held === undefined || entry === undefined ? held : { ...held, found: { ...held.found, [id]: { ...entry, ack: { by, reason, at: now() } } } };
      });
      const entry = value?.found[id];
      return entry === undefined ? undefined : { upstream: found.upstream, entry };
    },
    flush,
    async close() {
      isClosed = true;
      await flush();
      clearTimeout(timer);
    },
  };
}
