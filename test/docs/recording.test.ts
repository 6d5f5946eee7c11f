/** docs/recording.md in both languages: the kinds, the flags and the names that it uses are those of the code. */
import { describe, expect, it } from 'vitest';
import { program } from '../../src/cli/program.ts';
import * as testing from '../../src/testing/index.ts';
import { KINDS } from '../../src/testing/recorder/invent.ts';
import { bare, codeBlocks, read, tableUnder } from './documents.ts';

describe.each([['docs/recording.md', 'kind'], ['docs/recording.vi.md', 'loại']])('%s', (file, head) => {
  const text = read(file);

  it('every kind of value, in the order of the code', () => {
    expect(tableUnder(text, head).map(([name]) => bare(name))).toEqual([...KINDS]);
  });

  it('only flags that there are', () => {
    const commands = program().commands;
    const record = commands.find((c) => c.name() === 'record');
    const flags = new Map([['record', record], ['record fixtures', record?.commands[0]], ['shadow', commands.find((c) => c.name() === 'shadow')]].map(([name, command]) => [name, new Set((command as typeof record)?.options.map((o) => o.long))]));
    let used = 0;
    for (const { text: line } of codeBlocks(text).filter((block) => block.language === 'sh')) {
      for (const [, name = '', rest = ''] of line.matchAll(/lienthong (record fixtures|record|shadow)([^\n]*)/g)) {
        for (const [flag] of rest.matchAll(/--[a-z-]+/g)) {
          expect(flags.get(name), `${name} ${flag}`).toContain(flag);
          used += 1;
        }
      }
    }
    expect(used).toBeGreaterThan(10);
    for (const flag of ['--ca', '--tls-cert', '--tls-key', '--server-name', '--key-env']) expect(flags.get('record')).toContain(flag);
  });

  it('imports only what is exported', () => {
    const names = codeBlocks(text).flatMap((block) => [...block.text.matchAll(/import \{ ([^}]+) \} from 'lienthong\/testing'/g)].flatMap((m) => (m[1] ?? '').split(', ')));
    expect(names).toContain('createRecorder');
    for (const name of names) expect(testing, name).toHaveProperty(name);
  });
});
