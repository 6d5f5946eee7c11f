/**
 * What an adapter brings so that somebody else's system can be held against its contract: suites of checks that call a real
 * endpoint. The runner is in `lienthong/testing`; it makes the calls, keeps the evidence and writes the report.
 */
import type { Issue, Text } from '../contract/errors/types.ts';
import type { Random } from './random.ts';
import type { HttpRequest, TransportOptions } from './transport.ts';
import type { WireResult } from './types.ts';

export type ConformanceVerdict = 'pass' | 'fail' | 'unclear' | 'skipped';

/**
 * What a check found. `unclear`: neither the contract nor the answer decides; a person must look. `skipped`: not asked, and why.
 * The note goes into a report that is handed on: no value of an answer may stand in it.
 */
export interface ConformanceFinding { kind: ConformanceVerdict; note: Text; issues?: Issue[] }

/** One call to the system under test. */
export interface ConformanceCall extends Pick<HttpRequest, 'method' | 'path' | 'query' | 'headers'> {
  body?: string;
  /** the contract's path where the installation has another one: `/mapi/g` */
  contractPath?: string;
}

/** What is known of the TLS line. */
export interface TlsFacts {
  protocol: string;
  cipher: string;
  /** the chain leads to a trusted root and the name fits */
  trusted: boolean;
  /** Node's word when it is not trusted: CERT_HAS_EXPIRED, DEPTH_ZERO_SELF_SIGNED_CERT … */
  why?: string;
  /** UTC */
  validTo?: string;
  /** whole days from now; negative when it is over */
  daysLeft?: number;
  sha256?: string;
}

export interface ConformanceContext<Settings = unknown> {
  settings: Settings;
  /** seeded: the same seed asks the same questions */
  random: Random;
  /** ms since epoch */
  now(): number;
  /** Makes one call, politely, and keeps it as evidence. Never throws. */
  call(call: ConformanceCall): Promise<WireResult>;
  /** what the upstream's OpenAPI document says of an answer; pointers only. [] when it is as documented */
  issuesOf(call: ConformanceCall, result: WireResult): Issue[];
  /** `undefined`: not a TLS line */
  tls(): Promise<TlsFacts | { failed: string } | undefined>;
  /** this text is a secret from now on: a session that the target gave out */
  hide(secret: string): void;
  /** a test record that now stands at the target; the report lists them */
  wrote(code: string): void;
  /** ms; ends early when the run is stopped */
  wait(ms: number): Promise<void>;
  /** how long the answers took so far, ms */
  durations(): readonly number[];
}

export interface ConformanceCheck<State, Settings> {
  id: string;
  title: Text;
  /** where the rule is from: a section of the fact sheet, with how sure it is */
  rule: string;
  /** `write` runs only when it was asked for */
  access: 'read' | 'write';
  /** ids of checks that must not have failed before this one makes sense */
  needs?: readonly string[];
  run(ctx: ConformanceContext<Settings>, state: State): Promise<ConformanceFinding>;
}

export interface ConformanceSuite<Settings = unknown, State = unknown> {
  /** as `--upstream` names it; unique over all adapters */
  id: string;
  title: Text;
  /** whose system is tested */
  target: Text;
  /** JSON Schema of the settings; secrets carry writeOnly */
  settingsSchema: Record<string, unknown>;
  /** settings that are secrets or account names, in the order in which an environment gives them */
  account: readonly string[];
  /** @param target base URL. @throws ValidationError with every issue, pointers into `raw` */
  configure(raw: Record<string, unknown>, target: string): Settings;
  /** values of the settings that may never be shown */
  secrets(settings: Settings): string[];
  /** request headers beside `accept` and `content-type` whose values may stand in a report; lower case */
  shownHeaders?: readonly string[];
  /** TLS material of the settings; roots that the run is given go first */
  tls?(settings: Settings): TransportOptions['tls'];
  /** what the checks of one run share: a session, the record that was written */
  open(ctx: ConformanceContext<Settings>): State;
  checks: readonly ConformanceCheck<State, Settings>[];
}

/** Forgets the types of one suite, so that suites of different adapters meet in a list. */
export const defineConformance = <Settings, State>(suite: ConformanceSuite<Settings, State>): ConformanceSuite => suite as unknown as ConformanceSuite;

/** Thrown inside a check: its result stands, nothing more is to be asked. */
export class ConformanceStop extends Error {
  override name = 'ConformanceStop' as const;
  readonly finding: ConformanceFinding;
  constructor(finding: ConformanceFinding) {
    super('the check has its result');
    this.finding = finding;
  }
}

const finding = (kind: ConformanceVerdict) => (vi: string, en: string, issues?: Issue[]): ConformanceFinding =>
  ({ kind, note: { vi, en }, ...(issues === undefined || issues.length === 0 ? {} : { issues }) });
export const passed = finding('pass');
export const failed = finding('fail');
export const unclear = finding('unclear');
export const skipped = finding('skipped');
