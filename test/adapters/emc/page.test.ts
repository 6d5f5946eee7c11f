/** The signals of the browser: what is written into a page cannot break out of it, and does what it should when it runs. */
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageTracking, trackService, TRACK_STATES } from '../../../adapters/emc/adapter.ts';
import { commandScript } from '../../../adapters/emc/page.ts';

/** What a browser has in its queue after the first script has run. */
const queueOf = (script: string): unknown => {
  const window: Record<string, unknown> = {};
  runInNewContext(script, { window });
  return JSON.parse(JSON.stringify(window['_govaq']));
};
const inline = (snippet: string): string => /^<script[^>]*>(.*?)<\/script>/s.exec(snippet)?.[1] ?? '';

describe('pageTracking', () => {
  it('pushes what the observed pages push, then loads the operator’s script', () => {
    const { snippet, script, commands, csp } = pageTracking({ siteId: 1234 });
    expect(queueOf(inline(snippet))).toEqual([['trackPageView'], ['enableLinkTracking'], ['setTrackerUrl', 'https://f-emc.ngsp.gov.vn/tracking'], ['setSiteId', '1234']]);
    expect(commands.length).toBe(4);
    expect(script).toEqual({ src: 'https://f-emc.ngsp.gov.vn/embed/gov-tracking.min.js', async: true });
    expect(snippet.split('\n')[1]).toBe('<script src="https://f-emc.ngsp.gov.vn/embed/gov-tracking.min.js" async></script>');
    expect(csp['script-src']).toBe('https://f-emc.ngsp.gov.vn');
  });
  it('carries a nonce on both tags and a digest on the one that is fetched', () => {
    const { snippet } = pageTracking({ siteId: '7', nonce: 'bm9uY2UtbeG6q3U=', integrity: `sha384-${'A'.repeat(64)}` });
    const [first, second] = snippet.split('\n');
    expect(first).toMatch(/^<script nonce="bm9uY2UtbeG6q3U=">/);
    expect(second).toContain(`integrity="sha384-${'A'.repeat(64)}" crossorigin="anonymous" nonce="bm9uY2UtbeG6q3U="`);
  });
  it('adds the service of the page', () => {
    const { snippet } = pageTracking({ siteId: 7, commands: [trackService('1.004227', TRACK_STATES.VIEW)] });
    expect((queueOf(inline(snippet)) as unknown[]).at(-1)).toEqual(['trackDVC', '1.004227', '-1', '']);
  });
  it.each([
    ['http', { host: 'http://f-emc.ngsp.gov.vn' }, /host must be https/], ['an account', { host: 'https://a:b@emc.example.vn' }, /host/], ['a path in the host', { host: 'https://emc.example.vn/x' }, /host/], ['no address', { host: 'x' }, /host/],
    ['a script of another scheme', { scriptPath: '//evil.example/x.js" onload="x' }, /scriptPath/], ['no site', { siteId: '1"' }, /siteId/], ['site 0', { siteId: 0 }, /siteId/],
    ['a nonce that breaks out', { nonce: 'abcdefgh"><script>' }, /nonce/], ['a digest that is none', { integrity: 'md5-x' }, /integrity/],
  ])('refuses %s', (_, options, message) => {
    expect(() => pageTracking({ siteId: 7, ...options })).toThrow(message);
  });
});

describe('trackService', () => {
  it('is a submission unless said otherwise; states are open', () => {
    expect([trackService('1.004227'), trackService('1.004227', '7', 'x')]).toEqual([['trackDVC', '1.004227', '1', ''], ['trackDVC', '1.004227', '7', 'x']]);
    expect(() => trackService(' ')).toThrow(/procedureCode/);
  });
  it('nothing breaks out of the script, and the text arrives whole (random texts)', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('</script><script>alert(1)//', '<!--', ']]>', "'\"`${x}", '\u2028\u2029', '\\', '&quot;', 'Cấp đổi'.normalize('NFD')));
    fc.assert(fc.property(text, text, (state, extra) => {
      fc.pre(state.isWellFormed() && extra.isWellFormed());
      const script = commandScript(trackService('1.004227', state, extra));
      expect(script).not.toMatch(/[<>'\u2028\u2029]/);
      expect(queueOf(script)).toEqual([['trackDVC', '1.004227', state, extra.normalize('NFC')]]);
    }), { seed: 6, numRuns: 300 });
  });
});
