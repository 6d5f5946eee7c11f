/**
 * One writer process per data folder. `ledger.lock` says who holds it: pid, start time and host, so that a pid used again by
 * another program is not mistaken for the holder. The lock of a process that is gone is taken over.
 *
 * Looking at the old lock and replacing it must be one step, or two starters could both find it stale. That step runs under an
 * exclusive lock of SQLite on `ledger.mutex`, which the operating system drops when its holder dies: it can never be stale.
 *
 * A holder under another host name cannot be examined by its pid, yet a container gets a new name with every start. So the
 * holder also keeps an exclusive lock on `ledger.held` for as long as it lives; who can take that one knows that nobody is there.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LedgerError } from '../errors.ts';

const MUTEX_WAIT_MS = 5_000;
/** Fields of /proc/<pid>/stat behind the command name; the start time is the 22nd of all. */
const START_TIME_AFTER_NAME = 19;

interface Holder { pid: number; startTime: string | null; host: string; token: string }

export interface FolderLock { release(): void }

/** @throws LedgerError LT-LEDGER-LOCKED naming folder, pid and host; LT-LEDGER-OPEN-FAILED when the folder cannot be written */
export function lockFolder(folder: string): FolderLock {
  const file = join(folder, 'ledger.lock');
  const mine: Holder = { pid: process.pid, startTime: startTimeOf(process.pid), host: hostname(), token: randomUUID() };
  const held = underMutex(folder, () => {
    const holder = readHolder(file);
    if (holder !== undefined && holder.host === mine.host && isAlive(holder)) throw locked(folder, holder);
    const taken = hold(folder);
    if (taken === undefined) throw locked(folder, holder ?? { ...mine, pid: 0, host: '?' });
    rmSync(file, { force: true });
    writeNew(file, JSON.stringify(mine));
    return taken;
  });
  return {
    release: () => {
      underMutex(folder, () => {
        if (readHolder(file)?.token === mine.token) rmSync(file, { force: true });
        held.close();
      });
    },
  };
}

/** The lock of a lifetime; undefined when someone has it. */
function hold(folder: string): DatabaseSync | undefined {
  const held = new DatabaseSync(join(folder, 'ledger.held'), { timeout: 0 });
  try {
    held.exec('BEGIN EXCLUSIVE');
    return held;
  } catch {
    held.close();
    return undefined;
  }
}

function underMutex<T>(folder: string, work: () => T): T {
  let mutex: DatabaseSync | undefined;
  try {
    try {
      mutex = new DatabaseSync(join(folder, 'ledger.mutex'), { timeout: MUTEX_WAIT_MS });
      mutex.exec('BEGIN EXCLUSIVE');
    } catch (e) {
      throw new LedgerError('LT-LEDGER-OPEN-FAILED', folder, e);
    }
    return work();
  } finally {
    mutex?.close();
  }
}

function readHolder(file: string): Holder | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw e;
  }
  try {
    const { pid, startTime, host, token } = JSON.parse(text) as Partial<Holder>;
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof token !== 'string') return undefined;
    return { pid, startTime: typeof startTime === 'string' ? startTime : null, host, token };
  } catch {
    // Cut off by a crash while it was written: whoever wrote it never went on to open the ledger.
    return undefined;
  }
}

function writeNew(file: string, text: string): void {
  const fd = openSync(file, 'wx', 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** For a holder under this machine's own name. */
function isAlive(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (e) {
    // EPERM: it exists and belongs to someone else.
    if ((e as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const startTime = startTimeOf(holder.pid);
  return holder.startTime === null || startTime === null || startTime === holder.startTime;
}

/** When a process started, in the kernel's ticks since boot, with the boot's id; null where there is no /proc. */
function startTimeOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name is in brackets and may itself hold brackets and blanks.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START_TIME_AFTER_NAME];
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return ticks === undefined ? null : `${boot}:${ticks}`;
  } catch {
    return null;
  }
}

function locked(folder: string, holder: Holder): LedgerError {
  return new LedgerError('LT-LEDGER-LOCKED', {
    vi: `thư mục ${folder}, tiến trình ${holder.pid} trên máy ${holder.host}`,
    en: `folder ${folder}, process ${holder.pid} on ${holder.host}`,
  });
}
