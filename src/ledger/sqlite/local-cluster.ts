/** The one process of a SQLite ledger as a cluster of one: always fresh, always leading, its notices its own. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Instance, LedgerCluster, Membership, Notice } from '../cluster.ts';

export class LocalCluster implements LedgerCluster {
  readonly shared = false;
  readonly instanceId = randomUUID();
  readonly #now: () => number;
  readonly #startedAt: number;
  readonly #listeners = new Set<(notice: Notice) => void>();
  #membership: Membership = { roles: [], version: '' };

  constructor(now: () => number) {
    this.#now = now;
    this.#startedAt = now();
  }

  join(membership: Membership): Promise<void> {
    this.#membership = { roles: [...membership.roles], version: membership.version };
    return Promise.resolve();
  }

  fresh(): boolean { return true; }
  leads(): boolean { return true; }

  instances(): Promise<Instance[]> {
    const { roles, version } = this.#membership;
    return Promise.resolve([{ id: this.instanceId, host: hostname(), pid: process.pid, startedAt: this.#startedAt, beatAt: this.#now(), leads: true, roles, version }]);
  }

  onNotice(listener: (notice: Notice) => void): () => void {
    // Wrapped, so that the same function may listen twice.
    const own = (notice: Notice): void => { listener(notice); };
    this.#listeners.add(own);
    return () => { this.#listeners.delete(own); };
  }

  tell(notices: readonly Notice[]): void {
    for (const notice of notices) for (const listener of [...this.#listeners]) listener(notice);
  }
}
