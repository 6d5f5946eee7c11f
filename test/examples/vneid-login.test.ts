/** The example as a citizen meets it: its program in a process of its own, and a real browser before it. */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBrowser, type Browsing } from '../support/browser.ts';
import { freePort } from '../support/free-port.ts';

let browsing: Browsing;
let url = '';
let stop: () => Promise<number | null>;

beforeAll(async () => {
  browsing = await startBrowser();
  const port = await freePort();
  const child = spawn(process.execPath, ['examples/vneid-login/app.ts', String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const found = /Open in a browser: (http:\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then((code) => reject(new Error(`it ended with ${code} before it said where it is`)));
  });
}, 90_000);

afterAll(async () => {
  await browsing?.[Symbol.asyncDispose]();
  expect(await stop?.()).toBe(0);
});

describe('a browser', () => {
  it.each(['vneid-direct', 'vnconnect', 'vneid-oidc'])('signs in through %s, and out again', { timeout: 60_000 }, async (style) => {
    const page = await browsing.open();
    const callbacks: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/callback/')) callbacks.push(request.url());
    });
    await page.goto(url);
    await page.click(`#${style}`);
    await page.click('#person-0');
    await page.waitForSelector('#name');
    expect(page.url()).toBe(url);
    expect(await page.textContent('#name')).toBe('Lê Thị Mẫu');
    const text = (await page.textContent('main')) ?? '';
    for (const shown of ['1990-02-14', '099190000123', style]) expect(text).toContain(shown);
    const cookies = await page.context().cookies();
    expect(cookies.map(({ name, httpOnly, sameSite }) => ({ name, httpOnly, sameSite }))).toEqual([{ name: 'session', httpOnly: true, sameSite: 'Lax' }]);
    // How the picture in the example's README is made anew.
    if (style === 'vneid-direct' && process.env['LIENTHONG_SCREENSHOT'] !== undefined) await writeFile(process.env['LIENTHONG_SCREENSHOT'], await page.screenshot());

    // The address of the callback again: from the history, or from whoever recorded it.
    expect(callbacks).toHaveLength(1);
    const answer = await page.goto(callbacks[0] ?? '');
    expect(answer?.status()).toBe(400);
    expect(await page.textContent('body')).toMatch(/LT-VNEID-LOGIN-(REPLAY|TRANSACTION)/);

    await page.goto(url);
    await page.click('#logout');
    await page.waitForLoadState();
    await page.goto(url);
    expect(await page.isVisible(`#${style}`)).toBe(true);
    await page.context().close();
  });

  it('is refused with a callback that was begun elsewhere', { timeout: 60_000 }, async () => {
    const [victim, attacker] = [await browsing.open(), await browsing.open()];
    // The attacker signs in as somebody, stops before the callback, and gives that address to another person.
    await attacker.goto(`${url}login/vneid-oidc`);
    const choice = new URL((await attacker.getAttribute('#person-1', 'href')) ?? '', attacker.url()).href;
    const callback = (await attacker.request.get(choice, { maxRedirects: 0 })).headers()['location'] ?? '';
    expect(callback).toContain('encrypt_key=');
    await victim.goto(url);
    const answer = await victim.goto(callback);
    expect(answer?.status()).toBe(400);
    expect(await victim.textContent('body')).toContain('LT-VNEID-LOGIN-TRANSACTION');
    await victim.goto(url);
    expect(await victim.isVisible('#vneid-oidc')).toBe(true);
    await Promise.all([victim.context().close(), attacker.context().close()]);
  });

  it('sees what to do after the person cancelled', { timeout: 60_000 }, async () => {
    const page = await browsing.open();
    await page.goto(`${url}login/vnconnect`);
    await page.click('#cancel');
    await page.waitForSelector('a.button');
    expect(await page.textContent('body')).toContain('LT-VNEID-LOGIN-DENIED');
    await page.click('a.button');
    await page.waitForSelector('#person-2');
    await page.context().close();
  });
});
