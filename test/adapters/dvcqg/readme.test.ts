import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dvcqg, STEP_DECISIONS } from '../../../adapters/dvcqg/adapter.ts';
import { encodeDossier } from '../../../adapters/dvcqg/encode.ts';
import { config, dossier } from './fixtures.ts';

const readme = readFileSync(new URL('../../../adapters/dvcqg/README.md', import.meta.url), 'utf8');
const firstCells = (heading: string): string[] =>
  (readme.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '').split('\n').filter((l) => l.startsWith('| `')).map((l) => /`([^`]+)`/.exec(l)?.[1] ?? '');

describe('the README of the adapter', () => {
  it('lists every operation', () => expect(firstCells('Operations').sort()).toEqual(Object.keys(dvcqg.operations).sort()));
  it('lists every setting', () => expect(firstCells('Configuration').sort()).toEqual(Object.keys(dvcqg.configSchema['properties'] as object).sort()));
  it('walks every field of the dossier, numbered', () => {
    const rows = [...readme.matchAll(/^\| (\d+) \| (\w+) \|/gm)].map((m) => m[2]);
    expect(rows.sort()).toEqual(Object.keys(encodeDossier(dossier(), config())).sort());
  });
  it('tells the same decisions about lost steps as the table', () => {
    const told = new Map<string, boolean>();
    for (const [, codes = '', decision = ''] of readme.matchAll(/^\| ([\d, ]+) \| [^|]+ \| ([^|]+) \|/gm)) {
      if (/once more|never/.test(decision)) for (const code of codes.split(',')) told.set(code.trim(), decision.startsWith('once'));
    }
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(Object.entries(STEP_DECISIONS).map(([code, d]) => [code, d.then === 'resend-once'])));
  });
});
