/** What the simulated portal remembers: sessions, dossiers with their steps, and the journal of every applied effect. */
import type { JournalEntry } from '../../../src/adapter/types.ts';
import type { Fields } from './checks.ts';
import { textOf } from './checks.ts';
import type { Settings } from './options.ts';
import { reportFactsOf, type ReportFacts } from './reporting-counts.ts';

/** A progress step as kept and as journalled: what tells two steps apart, nothing more. */
export interface StepItem {
  readonly ThoiDiemXuLy: string;
  readonly TrangThai: string;
  readonly NoiDungXuLy: string;
  readonly NguoiXuLy: string;
}
/** A dossier snapshot as journalled. */
export interface SnapshotItem { readonly isUpdating: 'True' | 'False'; readonly TrangThaiHoSo: string }

export interface PortalDossier {
  code: string;
  status: string;
  procedure: string;
  unit: string;
  acceptedAt: string;
  creates: number;
  updates: number;
  /** the clock's ms when the last snapshot was applied */
  changedAt: number;
  steps: StepItem[];
  /** what the portal's reports count; absent until the first snapshot */
  facts?: ReportFacts;
  /** identities of `steps`, kept once they are many */
  seen?: Set<string>;
  /** only with the option `keepPayloads` */
  snapshot?: Fields;
  stepPayloads?: Fields[];
}

interface Session { expiresAt: number; callsLeft: number }

/** Two equal steps are one step sent twice: the portal gives steps no id (fact sheet 3.2). */
const sameStep = (a: StepItem, b: StepItem): boolean =>
  a.ThoiDiemXuLy === b.ThoiDiemXuLy && a.TrangThai === b.TrangThai && a.NoiDungXuLy === b.NoiDungXuLy && a.NguoiXuLy === b.NguoiXuLy;

const identityOf = (s: StepItem): string => `${s.ThoiDiemXuLy}\u001f${s.TrangThai}\u001f${s.NoiDungXuLy}\u001f${s.NguoiXuLy}`;
/** Up to here comparing is cheaper than a set; beyond it a hostile list of steps would cost its square. */
const FEW_STEPS = 32;

/** Adds the step; true when the dossier had an equal one. */
function addStep(dossier: PortalDossier, step: StepItem): boolean {
  const { steps } = dossier;
  let known: boolean;
  if (steps.length < FEW_STEPS) known = steps.some((s) => sameStep(s, step));
  else {
    dossier.seen ??= new Set(steps.map(identityOf));
    const size = dossier.seen.size;
    known = dossier.seen.add(identityOf(step)).size === size;
  }
  steps.push(step);
  return known;
}

const SUPPLEMENT_REQUESTED = '5';
/** Old tokens are forgotten beyond this many, so that a client that logs in for every call cannot fill the memory. */
const MAX_SESSIONS = 10_000;
const MAX_POOLED = 20_000;
const SHOWN_DOSSIERS = 200;

export function createState(settings: Settings, now: () => number) {
  const dossiers = new Map<string, PortalDossier>();
  const journal: JournalEntry[] = [];
  const sessions = new Map<string, Session>();
  const tokens = settings.random.fork('sessions');
  const counts = { creates: 0, updates: 0, steps: 0, reads: 0, refused: 0, logins: 0, loginsRefused: 0, sessionsRefused: 0, duplicatesRefused: 0, missingRefused: 0, doubledSteps: 0, doubledSupplementSteps: 0 };
  const drift = { unknownFields: 0 };

  // Action names, officers and units repeat a thousandfold; one copy of each keeps 60,000 steps small.
  const pool = new Map<string, string>();
  const pooled = (value: string): string => {
    const known = pool.get(value);
    if (known !== undefined) return known;
    if (pool.size < MAX_POOLED) pool.set(value, value);
    return value;
  };
  const snapshotItems = new Map<string, SnapshotItem>();
  const snapshotItem = (isUpdating: 'True' | 'False', status: string): SnapshotItem => {
    const name = `${isUpdating}${status}`;
    let item = snapshotItems.get(name);
    if (item === undefined) snapshotItems.set(name, (item = { isUpdating, TrangThaiHoSo: status }));
    return item;
  };

  let call = 0;
  const write = (service: string, effect: JournalEntry['effect'], key?: string, item?: unknown, note?: string): void => {
    const entry: JournalEntry = { seq: journal.length + 1, at: now(), service, effect, call };
    if (key !== undefined) entry.key = key;
    if (item !== undefined) entry.item = item;
    if (note !== undefined) entry.note = note;
    journal.push(entry);
  };

  return {
    dossiers,
    journal,
    counts,
    drift,
    write,
    /** what is written from now on belongs to another call */
    nextCall: (): void => void (call += 1),

    openSession(): string {
      if (sessions.size >= MAX_SESSIONS) sessions.delete(sessions.keys().next().value as string);
      const token = tokens.hex(32);
      sessions.set(token, { expiresAt: now() + settings.sessionTtlMs, callsLeft: settings.maxCallsPerSession });
      return token;
    },
    /** counts the call; false when the session is unknown, expired or used up */
    useSession(token: string): boolean {
      const session = sessions.get(token);
      if (session === undefined) return false;
      if (session.expiresAt <= now() || session.callsLeft <= 0) {
        sessions.delete(token);
        return false;
      }
      session.callsLeft -= 1;
      return true;
    },
    expireSessions: (): void => sessions.clear(),
    liveSessions(): number {
      let n = 0;
      for (const s of sessions.values()) if (s.expiresAt > now() && s.callsLeft > 0) n += 1;
      return n;
    },

    /** stores a full snapshot; the caller has checked it */
    putSnapshot(item: Fields, isUpdating: 'True' | 'False', service: string, silent = false): void {
      const code = textOf(item, 'MaHoSo');
      const status = pooled(textOf(item, 'TrangThaiHoSo'));
      const known = dossiers.get(code);
      const dossier: PortalDossier = known ?? { code, status, procedure: '', unit: '', acceptedAt: '', creates: 0, updates: 0, changedAt: 0, steps: [] };
      if (known === undefined) dossiers.set(code, dossier);
      dossier.status = status;
      dossier.procedure = pooled(textOf(item, 'MaTTHC'));
      dossier.unit = pooled(textOf(item, 'DonViXuLy'));
      dossier.acceptedAt = textOf(item, 'NgayTiepNhan');
      dossier.changedAt = now();
      dossier.facts = reportFactsOf(item);
      if (settings.keepPayloads) dossier.snapshot = item;
      if (silent) return;
      if (isUpdating === 'True') {
        dossier.updates += 1;
        counts.updates += 1;
      } else {
        dossier.creates += 1;
        counts.creates += 1;
      }
      write(service, isUpdating === 'True' ? 'update' : 'create', dossier.code, snapshotItem(isUpdating, status));
    },

    /** appends whatever comes, doubles included, as the real call is not idempotent */
    appendStep(dossier: PortalDossier, item: Fields, service: string): void {
      const step: StepItem = {
        ThoiDiemXuLy: textOf(item, 'ThoiDiemXuLy'),
        TrangThai: pooled(textOf(item, 'TrangThai')),
        NoiDungXuLy: pooled(textOf(item, 'NoiDungXuLy')),
        NguoiXuLy: pooled(textOf(item, 'NguoiXuLy')),
      };
      if (addStep(dossier, step)) {
        counts.doubledSteps += 1;
        if (step.TrangThai === SUPPLEMENT_REQUESTED) counts.doubledSupplementSteps += 1;
      }
      if (settings.keepPayloads) (dossier.stepPayloads ??= []).push(item);
      counts.steps += 1;
      write(service, 'append', dossier.code, step);
    },

    /** for a person to look at: what is held, the newest dossiers first */
    overview() {
      const newest = [...dossiers.values()].slice(-SHOWN_DOSSIERS).reverse();
      return {
        dossiers: newest.map(({ code, status, procedure, unit, acceptedAt, creates, updates, changedAt, steps }) => ({ code, status, procedure, unit, acceptedAt, creates, updates, steps: steps.length, changedAt: new Date(changedAt).toISOString() })),
        dossiersInAll: dossiers.size,
      };
    },
    summary(): Record<string, number> {
      const byStatus: Record<string, number> = {};
      for (const d of dossiers.values()) {
        const name = `status${d.status}`;
        byStatus[name] = (byStatus[name] ?? 0) + 1;
      }
      return { dossiers: dossiers.size, ...counts, unknownFields: drift.unknownFields, journal: journal.length, ...byStatus };
    },
  };
}
export type PortalState = ReturnType<typeof createState>;
