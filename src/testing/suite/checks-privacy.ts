/** Secrets and personal data: looked for in everything that an adapter says when things go wrong. */
import { inspect } from 'node:util';
import { answered } from '../../adapter/fixtures.ts';
import { openConnection } from '../../adapter/client.ts';
import { ERROR_CATALOGUE } from '../../contract/errors/catalogue.ts';
import { DOSSIER_SENSITIVE } from '../../contract/sensitive.ts';
import { isRecord } from '../../contract/is-record.ts';
import { isValidationError } from '../../contract/validate.ts';
import { requestOf } from './checks-classify.ts';
import { hosted } from './hosted.ts';
import { contextOf, dossiersOf, isDossier, makeCheck, type Findings, type OperationCase, type Suite } from './kit.ts';
import type { AdapterCheck } from './types.ts';
import { mapTexts, textsIn, valueAt, withChanges } from './values.ts';

/* eslint-disable no-console -- what is written to the console is listened to here */

/** Shorter values occur in any sentence, and some longer ones ("Tiếp nhận") are words of our own errors: they give nobody away. */
const SHORTEST = 6;
let ownWords: string | undefined;
const worth = (text: string): boolean => text.length >= SHORTEST && !(ownWords ??= JSON.stringify(ERROR_CATALOGUE)).includes(text);

/** Everything that an error says, to whoever prints it. */
const spoken = (error: unknown): string => `${inspect(error, { depth: 8 })}\n${error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : ''}${isValidationError(error) ? JSON.stringify(error.issues) : ''}`;

/** What is written to the console and to standard output while `body` runs. It is passed on all the same. */
async function listening<T>(body: () => Promise<T>): Promise<{ value: T; written: string }> {
  const written: string[] = [];
  const streams = [process.stdout, process.stderr];
  const originals = streams.map((stream) => stream.write.bind(stream));
  const loud = ['log', 'info', 'warn', 'error', 'debug'] as const;
  const consoles = loud.map((name) => console[name]);
  streams.forEach((stream, i) => {
    stream.write = ((chunk: unknown, ...rest: never[]) => {
      written.push(String(chunk));
      return (originals[i] as (...all: unknown[]) => boolean)(chunk, ...rest);
    }) as typeof stream.write;
  });
  loud.forEach((name, i) => {
    console[name] = (...values: unknown[]) => {
      written.push(values.map((value) => (typeof value === 'string' ? value : inspect(value, { depth: 8 }))).join(' '));
      consoles[i]?.(...values);
    };
  });
  try {
    return { value: await body(), written: written.join('\n') };
  } finally {
    streams.forEach((stream, i) => {
      stream.write = originals[i] as typeof stream.write;
    });
    loud.forEach((name, i) => {
      console[name] = consoles[i] as typeof console.log;
    });
  }
}

/** Tells which of the words are heard in what was said. @param name how a finding calls a word: never the word itself where it is a secret */
function hear(found: Findings, where: string, said: string, words: ReadonlyMap<string, string>): void {
  for (const [word, name] of words) if (said.includes(word)) found.add(where, `có ${name}`, `holds ${name}`);
}

function caught(body: () => unknown): unknown {
  try {
    body();
    return undefined;
  } catch (error) {
    return error;
  }
}

async function checkSecrets(suite: Suite, found: Findings): Promise<void> {
  const { adapter, fixtures } = suite;
  const marks = new Map(fixtures.secrets.map((pointer, i) => [`Bi-mat-${i}-khong-duoc-lo-9f3a`, pointer]));
  const marked = withChanges(fixtures.config, Object.fromEntries([...marks].map(([mark, pointer]) => [pointer, mark])));

  // Configurations that are refused: with the secret in them, and because of it.
  for (const [what, raw] of [['unknown key', { ...marked, noSuchSetting: 1 }], ...[...marks].map(([mark, pointer]) => [`wrong ${pointer}`, withChanges(marked, { [pointer]: { [mark]: mark.repeat(500) } })] as const), ...Object.keys(fixtures.config).map((name) => [`wrong ${name}`, { ...marked, [name]: [[marked]] }] as const)] as const) {
    const error = caught(() => adapter.configure(raw));
    if (error !== undefined) hear(found, `configure, ${what}`, spoken(error), marks);
  }

  // The connection, printed; and what it says where nobody listens, and where the account is refused.
  const { written } = await listening(async () => {
    const config = adapter.configure(marked);
    const connection = openConnection(adapter, config);
    hear(found, 'connection, printed', inspect(connection, { depth: 10 }) + JSON.stringify(connection), marks);
    await connection.close();
    if (adapter.simulator === undefined) return;
    await hosted(suite, async ({ connection: real, exchanges, faults, config: given }) => {
      const raw = new Map(fixtures.secrets.map((pointer) => [valueAt(given, pointer), pointer] as const).filter((e): e is [string, string] => typeof e[0] === 'string' && worth(e[0])));
      for (const fault of [undefined, 'http-503', 'garbage', 'reset-after', 'http-429'] as const) {
        faults.set(fault === undefined ? {} : { rules: [{ kind: fault }] });
        for (const op of suite.operations) {
          const { outcome } = await real.execute(op.operation, [op.fixtures.inputs[0]], { remote: op.fixtures.remote ?? {} });
          hear(found, op.id, JSON.stringify(outcome), raw);
        }
      }
      for (const { request } of exchanges) hear(found, `${request.method} ${request.path}`, `${request.path}?${new URLSearchParams(request.query).toString()}`, raw);
      await refusedAccount(suite, marked, marks, found);
    });
  });
  hear(found, 'console', written, marks);
}

/** The same calls with other secrets than the simulator knows: whatever is refused then is told without them. */
async function refusedAccount(suite: Suite, marked: Record<string, unknown>, marks: ReadonlyMap<string, string>, found: Findings): Promise<void> {
  await hosted(suite, async ({ config }) => {
    const wrong = { ...(config as object), ...secretsOf(suite, marked) };
    const connection = openConnection(suite.adapter, wrong);
    try {
      for (const op of suite.operations) {
        const { outcome } = await connection.execute(op.operation, [op.fixtures.inputs[0]], { remote: op.fixtures.remote ?? {} });
        hear(found, `${op.id}, wrong account`, JSON.stringify(outcome), marks);
      }
    } finally {
      await connection.close();
    }
  });
}

/** The top-level settings that hold a secret, as the checked configuration has them. */
function secretsOf(suite: Suite, marked: Record<string, unknown>): Record<string, unknown> {
  const names = new Set(suite.fixtures.secrets.map((pointer) => pointer.split('/')[1] ?? ''));
  const config = suite.adapter.configure(marked);
  return Object.fromEntries(Object.entries(config as object).filter(([name]) => names.has(name)));
}

/** Values at a pattern of pointers (`*` is every item). */
function valuesAt(value: unknown, pattern: string): unknown[] {
  return pattern.split('/').slice(1).reduce<unknown[]>((at, name) => at.flatMap((v) => (name === '*' ? (Array.isArray(v) ? (v as unknown[]) : isRecord(v) ? Object.values(v) : []) : isRecord(v) ? [v[name]] : Array.isArray(v) ? [(v as unknown[])[Number(name)]] : [])), [value]);
}

/** Personal values of an input, each with the pointer that a finding names. */
function personalOf(input: unknown, pointers: readonly string[]): Map<string, string> {
  const patterns = isDossier(input) ? DOSSIER_SENSITIVE.map(({ pointer }) => pointer) : pointers;
  return new Map(patterns.flatMap((pattern) => valuesAt(input, pattern).flatMap((value) => textsIn(value)).filter(({ text }) => worth(text)).map(({ text }) => [text, pattern] as const)));
}

/** One text after another made unfit, so that whatever refuses it must speak of it. */
function* spoilt(input: unknown): Generator<unknown> {
  for (const { pointer, text } of textsIn(input)) {
    for (const wrong of [`${text}\u0000`, `${text} ?!`, `${text} ${'x'.repeat(20_000)}`, '']) yield withChanges(input, { [pointer]: wrong });
  }
}

function checkInputs(suite: Suite, op: OperationCase, found: Findings): void {
  const config = suite.configs().get('');
  for (const input of op.fixtures.inputs as unknown[]) {
    const words = personalOf(input, op.fixtures.personal ?? []);
    if (words.size === 0) continue;
    for (const wrong of spoilt(input)) {
      const warnings: unknown[] = [];
      const error = caught(() => {
        const checked = op.operation.request(op.operation.encode([wrong], contextOf(config, op.fixtures.remote, (warning) => void warnings.push(warning))));
        if (!checked.ok) warnings.push(...checked.issues);
      });
      hear(found, `${op.id}, encode`, `${error === undefined ? '' : spoken(error)}${JSON.stringify(warnings)}`, words);
    }
  }
}

/** Upstreams quote what they were sent: what they say must not become what we say. */
function checkEchoes(suite: Suite, op: OperationCase, words: ReadonlyMap<string, string>, found: Findings): void {
  const request = requestOf(suite, op);
  const quote = [...words.keys()].join(' ');
  for (const { what, answer } of op.fixtures.answers) {
    if (answer.kind !== 'response') continue;
    for (const echo of [isRecord(answer.body) ? answered(mapTexts(answer.body, (text) => `${text} ${quote}`), answer.status, answer.headers) : answered(`${answer.text} ${quote}`, answer.status, answer.headers)]) {
      const understood = op.operation.classify(echo, request);
      if (understood.kind !== 'accepted') hear(found, `${op.id}, ${what}`, JSON.stringify(understood), words);
    }
  }
}

function checkRecords(suite: Suite, found: Findings): void {
  const { source } = suite.adapter;
  const config = suite.configs().get('');
  for (const record of suite.fixtures.source?.records ?? []) {
    if (source === undefined) return;
    const words = personalOf(source.decode(record, config as never).dossier, []);
    // What was derived from the record is not what the record said: only its own words can be repeated.
    const own = JSON.stringify(record);
    for (const word of [...words.keys()]) if (!own.includes(JSON.stringify(word).slice(1, -1))) words.delete(word);
    for (const wrong of spoilt(record)) {
      let warnings: unknown = [];
      const error = caught(() => {
        ({ warnings } = source.decode(wrong, config as never));
      });
      hear(found, 'source.decode', `${error === undefined ? '' : spoken(error)}${JSON.stringify(warnings)}`, words);
    }
  }
}

async function checkPersonal(suite: Suite, found: Findings): Promise<void> {
  const everyone = new Map(dossiersOf(suite).flatMap((dossier) => [...personalOf(dossier, [])]));
  const { written } = await listening(async () => {
    for (const op of suite.operations) {
      checkInputs(suite, op, found);
      const words = new Map([...everyone, ...personalOf(op.fixtures.inputs[0], op.fixtures.personal ?? [])]);
      if (words.size > 0) checkEchoes(suite, op, words, found);
    }
    checkRecords(suite, found);
  });
  hear(found, 'console', written, everyone);
}

export function privacyChecks(suite: Suite): AdapterCheck[] {
  return [
    makeCheck('privacy.secrets', (found) => checkSecrets(suite, found), suite.fixtures.secrets.length > 0 ? undefined : { vi: 'cấu hình không có bí mật nào', en: 'the configuration holds no secret' }),
    makeCheck('privacy.personal', (found) => checkPersonal(suite, found)),
  ];
}
