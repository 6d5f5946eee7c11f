/** docs/land-exchange.md in both languages: what it shows is what the commands say, and its program runs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import * as vbdlis from '../../adapters/vbdlis/adapter.ts';
import { endEverything, freshFolder, run } from '../support/process.ts';
import { codeBlocks, inlineCode, read } from './documents.ts';

afterEach(endEverything);

describe.each(['docs/land-exchange.md', 'docs/land-exchange.vi.md'])('%s', (file) => {
  const text = read(file);
  const blocks = codeBlocks(text);

  it('shows what the commands say of its own file', async () => {
    const folder = freshFolder();
    const at = (name: string): string => join(folder, name);
    const [validated, misfit] = blocks.filter(({ language }) => language === 'text').map((block) => block.text);
    writeFileSync(at('ho-so.xml'), blocks.find(({ mark }) => mark === 'input: ho-so.xml')?.text ?? '');
    const commands = blocks.filter(({ language }) => language === 'sh').map((block) => block.text.trim().split(' '));
    expect(commands.map((words) => words.slice(0, 4))).toEqual([['npx', 'lienthong', 'land', 'validate'], ['npx', 'lienthong', 'land', 'convert']]);
    const [validate, convert] = await Promise.all(commands.map((words) => run(words.slice(2).map((word) => (word.startsWith('ho-so.') ? at(word) : word)))));
    expect(validate).toMatchObject({ code: 1, stdout: validated });
    expect(convert).toMatchObject({ code: 0 });
    expect(readFileSync(at('ho-so.ndjson'), 'utf8')).toBe(blocks.find(({ language }) => language === 'json')?.text);
    await run(['land', 'convert', at('ho-so.xml'), '-o', at('ho-so.json')]);
    writeFileSync(at('ho-so.json'), readFileSync(at('ho-so.json'), 'utf8').replace('"212.50"', '212.5'));
    const refused = await run(['land', 'convert', at('ho-so.json'), '-o', at('again.xml')]);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr.replaceAll(`${folder}/`, '')).toContain(misfit?.trimEnd());
  });

  it('imports only what is exported, and names every list of codes', () => {
    const names = blocks.flatMap((block) => [...block.text.matchAll(/import \{ ([^}]+) \} from 'lienthong\/adapters\/vbdlis'/g)].flatMap((m) => (m[1] ?? '').split(', ')));
    expect(names.length).toBeGreaterThan(3);
    for (const name of names.filter((one) => !one.startsWith('type '))) expect(vbdlis, name).toHaveProperty(name);
    for (const list of Object.keys(vbdlis.LAND_CODES)) expect(inlineCode(text)).toContain(list);
  });
});
