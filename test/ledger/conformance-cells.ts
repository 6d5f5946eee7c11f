import { describe, expect, it } from 'vitest';
import type { Bench } from './conformance.ts';

/** What processes share: small values by compare-and-swap, and who they are. */
export function cellConformance(bench: Bench): void {
  describe('cells', () => {
    it('are written by whoever saw the last version, and by nobody else', async () => {
      expect(await bench.ledger.getCell('breaker/portal')).toBeUndefined();
      expect(await bench.ledger.putCell('breaker/portal', '{"open":false}', 1)).toBe(false);
      expect(await bench.ledger.putCell('breaker/portal', '{"open":false}', 0)).toBe(true);
      expect(await bench.ledger.putCell('breaker/portal', '{"open":true}', 0)).toBe(false);
      expect(await bench.ledger.getCell('breaker/portal')).toEqual({ name: 'breaker/portal', version: 1, value: '{"open":false}' });
      expect(await bench.ledger.putCell('breaker/portal', '{"open":true}', 1)).toBe(true);
      expect(await bench.ledger.putCell('breaker/portal', '{"open":9}', 1)).toBe(false);
      expect(await bench.ledger.getCell('breaker/portal')).toEqual({ name: 'breaker/portal', version: 2, value: '{"open":true}' });
    });

    it('let exactly one of many win each round', async () => {
      for (let version = 0; version < 5; version++) {
        const tries = await Promise.all(Array.from({ length: 8 }, (_, i) => bench.ledger.putCell('rate/portal', `{"by":${i}}`, version)));
        expect(tries.filter(Boolean)).toHaveLength(1);
        const cell = await bench.ledger.getCell('rate/portal');
        expect(cell).toEqual({ name: 'rate/portal', version: version + 1, value: `{"by":${tries.indexOf(true)}}` });
      }
    });

    it('are deleted at their version only', async () => {
      await bench.ledger.putCell('alerts/a', '1', 0);
      expect(await bench.ledger.deleteCell('alerts/a', 2)).toBe(false);
      expect(await bench.ledger.deleteCell('alerts/b', 1)).toBe(false);
      expect(await bench.ledger.deleteCell('alerts/a', 1)).toBe(true);
      expect(await bench.ledger.getCell('alerts/a')).toBeUndefined();
      expect(await bench.ledger.putCell('alerts/a', '2', 0)).toBe(true);
    });

    it('are listed by prefix and name, and outlive a restart', async () => {
      for (const name of ['replay/2', 'replay/1', 'replay', 'replays/3', 'alerts/1', 'replay/100%_x']) await bench.ledger.putCell(name, `"${name} Nguyễn"`, 0);
      await bench.reopen();
      expect((await bench.ledger.listCells('replay/', 9)).map((cell) => cell.name)).toEqual(['replay/1', 'replay/100%_x', 'replay/2']);
      expect((await bench.ledger.listCells('replay/100%', 9)).map((cell) => cell.value)).toEqual(['"replay/100%_x Nguyễn"']);
      expect((await bench.ledger.listCells('', 2)).map((cell) => cell.name)).toEqual(['alerts/1', 'replay']);
      expect(await bench.ledger.listCells('none/', 9)).toEqual([]);
    });

    it('refuse what is no cell', async () => {
      await expect(bench.ledger.putCell('', '{}', 0)).rejects.toMatchObject({ code: 'LT-LEDGER-INVALID' });
      await expect(bench.ledger.putCell('a/b', 'x'.repeat(1_000_000), 0)).rejects.toMatchObject({ code: 'LT-LEDGER-INVALID' });
      await expect(bench.ledger.putCell('a/b', '{}', -1)).rejects.toMatchObject({ code: 'LT-LEDGER-INVALID' });
    });
  });

  describe('processes', () => {
    it('a process that has joined is listed under its id, fresh, with what it does', async () => {
      await bench.ledger.join({ roles: ['intake', 'deliver', 'schedule', 'console'], version: '1.2.3' });
      const me = (await bench.ledger.instances()).find((instance) => instance.id === bench.ledger.instanceId);
      expect(me).toMatchObject({ pid: process.pid, roles: ['intake', 'deliver', 'schedule', 'console'], version: '1.2.3', leads: true });
      expect(bench.ledger.fresh()).toBe(true);
      expect(bench.ledger.leads()).toBe(true);
      await bench.ledger.join({ roles: ['deliver'], version: '1.2.3' });
      expect((await bench.ledger.instances()).find((instance) => instance.id === bench.ledger.instanceId)?.roles).toEqual(['deliver']);
    });

    it('each start has an id of its own', async () => {
      const before = bench.ledger.instanceId;
      await bench.reopen();
      expect(bench.ledger.instanceId).not.toBe(before);
    });
  });
}
