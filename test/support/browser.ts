/**
 * A real browser for tests, from the package registry like everything else: no test needs one that is installed on the machine. Its binary comes
 * packed with @sparticuz/chromium and is unpacked into the system's temporary folder, once.
 */
import chromium from '@sparticuz/chromium';
import { chromium as driver, type Browser, type Page } from 'playwright-core';

/** The package is made for machines where a process may not start others, which on a usual machine breaks more than it mends. */
const LEFT_OUT = new Set(['--single-process', '--no-zygote']);

export interface Browsing extends AsyncDisposable {
  browser: Browser;
  /** a page of a new, empty profile */
  open(): Promise<Page>;
}

export async function startBrowser(): Promise<Browsing> {
  const browser = await driver.launch({
    args: chromium.args.filter((arg) => !LEFT_OUT.has(arg)),
    executablePath: await chromium.executablePath(),
    headless: true,
  });
  return {
    browser,
    open: async () => (await browser.newContext({ locale: 'vi-VN', viewport: { width: 720, height: 560 } })).newPage(),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
