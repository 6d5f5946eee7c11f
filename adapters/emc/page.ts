/**
 * The signals that go from a citizen's browser to EMC (fact sheet A.1–A.3): the tracking script of every page of the public portal, and
 * `trackDVC` where a service is looked at or used. Pure functions without a dependency, for a portal's server or its build. They belong
 * on the public portal only, never on the officers' own screens.
 */

/** States of `trackDVC` that were seen in use. Their official meaning is not known, so that any other text is taken as well. */
export const TRACK_STATES = {
  /** submitting an application; what is sent when nothing else is said */
  SUBMIT: '1',
  /** allowed by one implementation's type; never seen in use */
  ZERO: '0',
  /** opening the page of a service */
  VIEW: '-1',
} as const;
export type TrackState = (typeof TRACK_STATES)[keyof typeof TRACK_STATES] | (string & {});

/** One entry of the queue `_govaq`. */
export type TrackCommand = readonly [name: string, ...args: string[]];

export interface PageTrackingOptions {
  /** site number, given out by the operator of EMC; one for each site */
  siteId: number | string;
  /** https only. Default https://f-emc.ngsp.gov.vn */
  host?: string;
  /** default /tracking */
  trackerPath?: string;
  /** default /embed/gov-tracking.min.js */
  scriptPath?: string;
  /** of the page's Content-Security-Policy, a new one for each answer */
  nonce?: string;
  /** Subresource Integrity, `sha384-…`. The operator's script changes without notice: whoever pins it must watch it */
  integrity?: string;
  /** further commands behind those of the page, `trackService(…)` for one */
  commands?: readonly TrackCommand[];
}
export interface PageTracking {
  /** what is pushed, in order */
  commands: readonly TrackCommand[];
  /** attributes of the operator's script, for a framework that makes its own tags */
  script: Readonly<{ src: string; async: true; integrity?: string; crossorigin?: 'anonymous'; nonce?: string }>;
  /** both tags as HTML, everything escaped; to stand at the end of `head` */
  snippet: string;
  /** what the page's Content-Security-Policy must allow beside the nonce */
  csp: Readonly<Record<'script-src' | 'connect-src' | 'img-src', string>>;
}

const HOST = 'https://f-emc.ngsp.gov.vn';
const NONCE = /^[A-Za-z0-9+/_-]{8,200}={0,2}$/;
const INTEGRITY = /^sha(256|384|512)-[A-Za-z0-9+/]{20,100}={0,2}( sha(256|384|512)-[A-Za-z0-9+/]{20,100}={0,2})*$/;
const PATH = /^\/[A-Za-z0-9._~/-]*$/;

const ESCAPES: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', '\u2028': '\\u2028', '\u2029': '\\u2029', "'": '\\u0027' };
/** JSON that ends no script element, no attribute and no line of an old browser, whatever stands in it. */
const inScript = (value: unknown): string => JSON.stringify(value).replace(/[<>&'\u2028\u2029]/g, (letter) => ESCAPES[letter] ?? '');
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const inAttribute = (text: string): string => text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? '');

const wrong = (name: string, wanted: string): never => {
  throw new TypeError(`${name} must be ${wanted}`);
};

function originOf(host: string): string {
  const url = URL.canParse(host) ? new URL(host) : wrong('host', 'an address');
  if (url.protocol !== 'https:') wrong('host', 'https');
  if (url.username !== '' || url.password !== '' || url.pathname !== '/' || url.search !== '' || url.hash !== '') wrong('host', 'https://name, with nothing behind it');
  return url.origin;
}

/**
 * `trackDVC` for one service.
 * @param procedureCode national procedure code
 * @param state what happened; `TRACK_STATES`, or another text. Default `1`
 * @param extra free text; never personal data, since it leaves the citizen's browser in the clear
 * @returns the command, to be pushed to `_govaq`, given to `pageTracking` or written by `commandScript`
 * @throws TypeError without a procedure code
 */
export function trackService(procedureCode: string, state: TrackState = TRACK_STATES.SUBMIT, extra = ''): TrackCommand {
  if (procedureCode.trim() === '') wrong('procedureCode', 'a procedure code');
  return ['trackDVC', procedureCode.normalize('NFC'), state, extra.normalize('NFC')];
}

/** A statement that pushes commands, safe inside a script element and inside an attribute in double or single quotes once that is escaped. */
export function commandScript(...commands: readonly TrackCommand[]): string {
  return `(window._govaq=window._govaq||[]).push(${commands.map(inScript).join(',')});`;
}

/**
 * What every page of the portal carries.
 * @throws TypeError naming an option that is wrong: an address that is not https, a site number that is none
 */
export function pageTracking(options: PageTrackingOptions): PageTracking {
  const siteId = String(options.siteId);
  if (!/^[1-9]\d{0,9}$/.test(siteId)) wrong('siteId', 'a whole number from 1');
  const { host = HOST, trackerPath = '/tracking', scriptPath = '/embed/gov-tracking.min.js', nonce, integrity } = options;
  const origin = originOf(host);
  if (!PATH.test(trackerPath)) wrong('trackerPath', 'a plain path');
  if (!PATH.test(scriptPath)) wrong('scriptPath', 'a plain path');
  if (nonce !== undefined && !NONCE.test(nonce)) wrong('nonce', 'base64');
  if (integrity !== undefined && !INTEGRITY.test(integrity)) wrong('integrity', 'sha256-, sha384- or sha512- and base64');
  const commands: TrackCommand[] = [['trackPageView'], ['enableLinkTracking'], ['setTrackerUrl', origin + trackerPath], ['setSiteId', siteId], ...(options.commands ?? [])];
  const script = {
    src: origin + scriptPath, async: true as const,
    ...(integrity === undefined ? {} : { integrity, crossorigin: 'anonymous' as const }),
    ...(nonce === undefined ? {} : { nonce }),
  };
  const attributes = Object.entries(script).map(([name, value]) => (value === true ? name : `${name}="${inAttribute(value)}"`)).join(' ');
  const own = nonce === undefined ? '' : ` nonce="${inAttribute(nonce)}"`;
  return {
    commands, script,
    snippet: `<script${own}>${commandScript(...commands)}</script>\n<script ${attributes}></script>`,
    csp: { 'script-src': origin, 'connect-src': origin, 'img-src': origin },
  };
}
