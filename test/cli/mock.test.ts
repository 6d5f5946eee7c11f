import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { record } from '../adapters/opencps/record.ts';
import { endEverything, freshFolder, printed, run, start } from '../support/process.ts';

afterEach(endEverything);

it('mock opencps serves the records of an export, and tells nothing that this simulator does not have', { timeout: 60_000 }, async () => {
  const folder = freshFolder();
  const file = join(folder, 'export.ndjson');
  writeFileSync(file, `\uFEFF${JSON.stringify(record())}\r\n\n${JSON.stringify(record({ dossierId: 4712, dossierNo: 'H13.101-250701-0008' }))}\n`);
  const mock = start(['mock', 'opencps', '--records', file, '--json'], { stdin: 'pipe' });
  const [line] = await printed(mock, /^\{.*\}$/m);
  const facts = JSON.parse(line) as { url: string; admin: string };
  expect(facts).toEqual({ upstream: 'opencps', url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/), admin: `${facts.url}/__admin/summary` });
  const answer = await fetch(`${facts.url}/o/rest/v2/dossiers`);
  expect(await answer.json()).toMatchObject({ total: 2, data: [{ dossierNo: 'H13.101-250701-0007' }, { dossierNo: 'H13.101-250701-0008' }] });
  expect(await (await fetch(facts.admin)).json()).toMatchObject({ simulator: 'opencps', summary: { dossiers: 2 } });
  mock.child.stdin?.end();
  expect(await mock.ended).toEqual({ code: 0, signal: null });

  const plain = start(['mock', 'opencps']);
  await printed(plain, /^admin .*$/m);
  expect(plain.stdout()).toMatch(/^opencps simulator http:\S+\nadmin \S+\n$/);
  await plain.stop();
});

it('mock --records says which line it cannot read, and that a portal holds no export', { timeout: 60_000 }, async () => {
  const file = join(freshFolder(), 'broken.ndjson');
  writeFileSync(file, `${JSON.stringify(record())}\n{"applicantName": "Nguyễn`);
  const broken = await run(['mock', 'opencps', '--records', file]);
  expect(broken).toMatchObject({ code: 2, stderr: expect.stringContaining('--records: line 2 is not JSON') });
  expect(broken.stderr).not.toMatch(/Nguyễn|^\s+at /m);
  expect(await run(['mock', 'opencps', '--records', `${file}.absent`])).toMatchObject({ code: 2, stderr: expect.stringContaining('--records: ENOENT') });
  expect(await run(['mock', 'dvcqg', '--records', file])).toMatchObject({ code: 2, stderr: expect.stringContaining("--records: 'dvcqg' is no source") });
});
