/** What a benchmark prints: hardware, settings, figures, ratios against a baseline of the same run, and the goal beside them. */
import { cpus, totalmem, release } from 'node:os';

export interface Row { what: string; value: number; unit: string; ratio?: number; note?: string; goal?: { atLeast?: number; below?: number; of?: 'ratio' } }

export interface Result { rows: Row[]; settings: string }

export function hardware(): string {
  const [cpu] = cpus();
  return `${cpus().length} × ${cpu?.model.trim() ?? 'unknown CPU'} · ${Math.round(totalmem() / 2 ** 30)} GiB · Linux ${release()} · Node ${process.version}`;
}

const show = (n: number) => (n >= 100 ? Math.round(n).toLocaleString('en-US') : n.toFixed(2));

export function print(title: string, settings: string, rows: Row[]): boolean {
  console.log(`\n${title}\n  ${settings}`);
  let met = true;
  for (const row of rows) {
    const compared = row.goal?.of === 'ratio' ? (row.ratio ?? Number.NaN) : row.value;
    const ok = row.goal === undefined ? undefined : (row.goal.atLeast === undefined || compared >= row.goal.atLeast) && (row.goal.below === undefined || compared < row.goal.below);
    if (ok === false) met = false;
    const goal = row.goal === undefined ? '' : `goal ${row.goal.atLeast === undefined ? `< ${row.goal.below ?? ''}` : `≥ ${row.goal.atLeast.toLocaleString('en-US')}`}${row.goal.of === 'ratio' ? ' ×' : ''} ${ok === true ? 'met' : 'MISSED'}`;
    console.log(`  ${row.what.padEnd(62)} ${`${show(row.value)} ${row.unit}`.padStart(14)} ${(row.ratio === undefined ? '' : `${row.ratio.toFixed(2)} ×`).padStart(9)}  ${goal}${row.note === undefined ? '' : `  ${row.note}`}`);
  }
  return met;
}
