/**
 * A real browser for tests, from the package registry like everything else: no test needs one, or a library for one, that is installed on the
 * machine. @sparticuz/chromium brings the binary and the libraries that it is linked to, packed; they are unpacked once, below .cache.
 */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packed from '@sparticuz/chromium';
import { chromium, type Browser, type Page } from 'playwright-core';
import manifest from '../../package.json' with { type: 'json' };

const CACHE = fileURLToPath(new URL('../../.cache/browser/', import.meta.url));

/** Not the package's own arguments: they switch the rules off that a test of cookies and origins is about. */
const ARGUMENTS = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--font-render-hinting=none'];

/** Runs with some of the environment changed: the package asks it where to unpack, and whether the libraries are wanted. */
async function withEnvironment<T>(changes: Readonly<Record<string, string>>, run: () => Promise<T>): Promise<T> {
  const before = Object.keys(changes).map((name): [string, string | undefined] => [name, process.env[name]]);
  Object.assign(process.env, changes);
  try {
    return await run();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

/** @returns the folder with binary and libraries. Two runs at once do not meet: what is complete gets its name in one step. */
async function unpacked(): Promise<string> {
  const folder = join(CACHE, manifest.devDependencies['@sparticuz/chromium']);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  // A new one each time: the package takes a file that is there for a whole one, and two tests may be two threads of one process.
  const own = mkdtempSync(join(CACHE, 'unpacking-'));
  await withEnvironment({ TMPDIR: own, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' }, () => packed.executablePath());
  try {
    renameSync(own, folder);
  } catch {
    rmSync(own, { recursive: true, force: true }); // the other run was faster
  }
  return folder;
}

export interface Browsing extends AsyncDisposable {
  browser: Browser;
  /** a page of a new, empty profile */
  open(): Promise<Page>;
}

export async function startBrowser(): Promise<Browsing> {
  const folder = await unpacked();
  const browser = await chromium.launch({
    args: ARGUMENTS,
    executablePath: join(folder, 'chromium'),
    env: { ...process.env, LD_LIBRARY_PATH: join(folder, 'al2023/lib'), FONTCONFIG_PATH: join(folder, 'fonts') },
  });
  return {
    browser,
    open: async () => (await browser.newContext({ locale: 'vi-VN', viewport: { width: 720, height: 560 } })).newPage(),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
