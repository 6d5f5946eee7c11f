import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { packageFile } from '../../src/contract/package-file.ts';

it('files of the package are found from its code', () => {
  expect(existsSync(packageFile('schemas/upstream/dvcqg.openapi.yaml'))).toBe(true);
});

it('code that lies in another program can be loaded; what is not there is not there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-bundled-'));
  try {
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'package.json'), '{"name":"another-program","type":"module"}');
    copyFileSync(new URL('../../src/contract/package-file.ts', import.meta.url), join(folder, 'dist', 'package-file.ts'));
    const bundled = (await import(pathToFileURL(join(folder, 'dist', 'package-file.ts')).href)) as { packageFile: typeof packageFile };
    expect(existsSync(bundled.packageFile('schemas/upstream/dvcqg.openapi.yaml'))).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
