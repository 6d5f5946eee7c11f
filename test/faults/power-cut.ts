/**
 * What fsync is for, tried for real: a gateway writes its ledger on an ext4 file system in a loop device. At a random moment
 * the file behind the device, which holds what has reached the "disk" and nothing of what waits in memory, is copied; the copy
 * is mounted, as after a power cut, and must hold every change that had been acknowledged before. Needs root on Linux.
 * The copy is not made in an instant and does not reorder writes: no loss is strong evidence, not proof.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyExport } from '../../src/ledger/chain.ts';
import { loadKeys } from '../../src/ledger/keys.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { randomFrom, type Random } from '../../src/testing/index.ts';
import { configFile, endEverything, serveGateway } from '../support/process.ts';
import { codeOf, exportLines, sceneConfig, startPortal, type Portal } from './scene.ts';
import { startSender } from './sender.ts';

const DISK_BYTES = 256 * 1024 * 1024;
const PER_SECOND = 150;
const LINES = 1_200;
const LEAST_ACKNOWLEDGED = 50;

/** Why it cannot be done here, or nothing. */
export function whyNoPowerCut(): string | undefined {
  if (process.platform !== 'linux') return 'loop devices are a thing of Linux';
  if (process.getuid?.() !== 0) return 'only root may mount a loop device';
  if (!existsSync('/dev/loop-control')) return 'this machine has no loop devices';
  const missing = ['mkfs.ext4', 'mount', 'umount', 'losetup'].find((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0);
  if (missing !== undefined) return `the program ${missing} is not installed`;
  const free = spawnSync('losetup', ['-f']);
  return free.status === 0 ? undefined : `no loop device is free: ${String(free.stderr).trim()}`;
}

/** @throws Error with what the program said */
function command(program: string, ...args: string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${String(error ?? stderr).trim()}`);
}

/** Mounts an image for as long as `work` takes. */
async function mounted<T>(image: string, at: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(at, { recursive: true });
  command('mount', '-o', 'loop', image, at);
  try {
    return await work();
  } finally {
    command('umount', at);
  }
}

interface Trial { acknowledged: number; missing: string[]; events: number; chainBrokenAt: number | null }

async function trial(folder: string, portal: Portal, random: Random): Promise<Trial> {
  const disk = join(folder, 'disk.img');
  const after = join(folder, 'after.img');
  writeFileSync(disk, '');
  truncateSync(disk, DISK_BYTES);
  command('mkfs.ext4', '-q', '-F', disk);
  const keyFile = join(folder, 'ledger.key');
  writeFileSync(keyFile, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  const lines = exportLines(LINES);
  const place = join(folder, 'mounted');
  const acknowledged = await mounted(disk, place, async () => {
    // The small disk is no reason to shed here.
    const gateway = await serveGateway(configFile(folder, { ...sceneConfig({ folder, portal, server: { minFreeBytes: 0 } }), ledger: { folder: join(place, 'data'), keyFile } }));
    const sender = startSender({ lines, targets: [() => gateway.url], random: random.fork('sender'), perSecond: PER_SECOND });
    await sleep(1_000 + random.int(4_000));
    // Everything acknowledged up to here must be on the disk by now. What comes while the copy is made may be on it or not.
    const promised = new Map(sender.acknowledged);
    copyFileSync(disk, after);
    await gateway.kill();
    sender.stop();
    await sender.done;
    return promised;
  });
  return mounted(after, join(folder, 'after'), async () => {
    const data = join(folder, 'after', 'data');
    const ledger = await openSqliteLedger({ folder: data, keys: loadKeys({ envVar: 'LIENTHONG_NO_SUCH_VARIABLE', keyFile }) });
    try {
      const missing: string[] = [];
      for (const [line, event] of acknowledged) {
        const timeline = await ledger.timeline(codeOf(lines[line] ?? ''));
        if (timeline?.events.some(({ id }) => id === event) !== true) missing.push(`line ${line}, ${event}`);
      }
      const { events, brokenAt } = await ledger.verify();
      const exported = [];
      for (;;) {
        const page = await ledger.exportEvents({ afterSeq: exported.at(-1)?.seq ?? 0, limit: 1_000, bodies: true });
        if (page.length === 0) break;
        exported.push(...page);
      }
      return { acknowledged: acknowledged.size, missing, events, chainBrokenAt: brokenAt ?? verifyExport(exported).brokenAt };
    } finally {
      await ledger.close();
    }
  });
}

/** @returns the exit code; skipping is not failing, but it is said */
export async function powerCuts({ trials, seed }: { trials: number; seed: string }): Promise<number> {
  const why = whyNoPowerCut();
  if (why !== undefined) {
    process.stdout.write(`power cut: SKIPPED, nothing was tried: ${why}\n`);
    return 0;
  }
  process.stdout.write(`power cut: ${trials} trials, seed ${seed}\n`);
  const random = randomFrom(`power-cut:${seed}`);
  let failed = 0;
  let total = 0;
  for (let i = 1; i <= trials; i += 1) {
    const folder = mkdtempSync(join(tmpdir(), 'lienthong-power-'));
    const portal = await startPortal(`${seed}:${i}`);
    try {
      const { acknowledged, missing, events, chainBrokenAt } = await trial(folder, portal, random.fork(String(i)));
      const wrong = [
        ...(missing.length > 0 ? [`${missing.length} acknowledged changes are lost: ${missing.slice(0, 5).join('; ')}`] : []),
        ...(chainBrokenAt === null ? [] : [`the hash chain breaks at ${chainBrokenAt}`]),
        ...(acknowledged < LEAST_ACKNOWLEDGED ? [`only ${acknowledged} changes were acknowledged, ${LEAST_ACKNOWLEDGED} are wanted`] : []),
      ];
      total += acknowledged;
      if (wrong.length > 0) failed += 1;
      process.stdout.write(`${wrong.length === 0 ? 'held  ' : 'FAILED'} trial ${i}: ${acknowledged} acknowledged, ${events} on the disk${wrong.map((w) => `\n  - ${w}`).join('')}\n`);
    } finally {
      endEverything();
      await portal.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }
  process.stdout.write(failed === 0 ? `${trials} power cuts, ${total} acknowledged changes, none lost\n` : `${failed} of ${trials} trials failed; again: npm run test:faults -- --power-cut --trials ${trials} --seed ${seed}\n`);
  return failed === 0 ? 0 : 1;
}
