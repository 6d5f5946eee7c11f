import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, beforeAll, afterAll } from 'vitest';
import { dvcqg } from '../../adapters/dvcqg/adapter.ts';
import { contractOf } from '../../src/testing/contracts.ts';
import { startRecordingProxy } from '../../src/testing/recorder/proxy.ts';
import { createRecorder } from '../../src/testing/recorder/recorder.ts';
import { readRecording } from '../../src/testing/recorder/recording.ts';
import { bodyOf, httpLoopback } from '../support/loopback.ts';
import { identifiersOf, messagesOf, population, spellings } from './recorder-population.ts';

/** One hundred and fifty people, six exchanges each, through the proxy to a real file; the file is then searched for every identifier in every spelling. */
const PEOPLE = population(150);
const MESSAGES = PEOPLE.flatMap((person, i) => messagesOf(person, i));

const START = 6;
/** Every spelling of every identifier, by its first letters: one pass over a text finds them all. */
const SPELLINGS = new Map<string, { spelling: string; of: string }[]>();
PEOPLE.forEach((person, i) => identifiersOf(person).forEach((identifier, n) => spellings(identifier).filter((spelling) => spelling.length >= START).forEach((spelling) => {
  const start = spelling.slice(0, START);
  SPELLINGS.set(start, [...(SPELLINGS.get(start) ?? []), { spelling, of: `${i}/${n}` }]);
})));

/** A file as a curious reader would search it: as it is, and with everything decoded that is in percent or base64 encoding. */
const opened = (text: string): string => [
  text, text.replace(/(?:%[0-9A-F]{2})+/gi, (piece) => Buffer.from(piece.replaceAll('%', ''), 'hex').toString()), ...[...text.matchAll(/[A-Za-z0-9+/_-]{12,}/g)].map(([piece]) => Buffer.from(piece, 'base64').toString()),
].join('\n');

/** Which people are found in a text, by which of their identifiers. */
function leaks(text: string): string[] {
  const found = new Set<string>();
  for (let at = 0; at < text.length; at += 1) for (const { spelling, of } of SPELLINGS.get(text.slice(at, at + START)) ?? []) if (text.startsWith(spelling, at)) found.add(of);
  return [...found];
}

let folder: string;
let passed: string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lt-recorder-'));
  const answers = MESSAGES.map((message) => message.answer);
  await using upstream = await httpLoopback((request, response) => {
    void bodyOf(request).then(() => {
      const answer = answers[Number(request.headers['x-message'])];
      response.writeHead(answer?.status ?? 500, answer?.headers).end(answer?.body);
    });
  });
  const recorder = await createRecorder({ file: join(folder, 'recording.ndjson'), upstream: 'dvcqg', contract: contractOf(dvcqg), key: Buffer.alloc(32, 1) });
  const proxy = await startRecordingProxy({ target: upstream.url, recorder });
  passed = [];
  for (const [i, message] of MESSAGES.entries()) {
    const response = await fetch(`${proxy.url}${message.path}`, { method: message.method, headers: { ...message.headers, 'x-message': String(i) }, ...(message.body === '' ? {} : { body: message.body }) });
    passed.push(await response.text());
  }
  await proxy.close();
  const statistics = await recorder.close();
  expect(statistics).toMatchObject({ recorded: MESSAGES.length, skipped: 0 });
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a recording of a seeded population', () => {
  it('passes every answer on unchanged', () => {
    expect(passed.every((text, i) => text === String(MESSAGES[i]?.answer.body))).toBe(true);
  });

  it('the search finds the identifiers in what went over the wire: the proof can fail', () => {
    const wire = MESSAGES.map((message) => JSON.stringify(message)).join('\n') + MESSAGES.map((message) => message.body + String(message.answer.body)).join('\n');
    expect(leaks(opened(wire)).length).toBeGreaterThan(PEOPLE.length * 12);
  });

  it('holds no identifier of anybody, in no spelling', async () => {
    const files = await readdir(folder);
    expect(files).toEqual(['recording.ndjson']);
    expect(leaks(opened(await readFile(join(folder, 'recording.ndjson'), 'utf8')))).toEqual([]);
  });

  it('a person is the same invented one in all exchanges, and no two are one', async () => {
    const citizens = new Map<string, Set<string>>();
    const names = new Map<string, string>();
    let line = 0;
    for await (const exchange of readRecording(join(folder, 'recording.ndjson'))) {
      const person = Math.floor(line / 6);
      const own = citizens.get(String(person)) ?? new Set();
      citizens.set(String(person), own);
      if (line % 6 === 1) {
        const [hoSo] = (JSON.parse(exchange.request.body as string) as { data: { SoGiayToChuHoSo: string; ChuHoSo: string; truongMoi: { soGiay: number } }[] }).data;
        own.add(hoSo?.SoGiayToChuHoSo ?? '').add(`0${hoSo?.truongMoi.soGiay}`).add(new URLSearchParams(exchange.request.query).get('so') ?? '');
        names.set(String(person), hoSo?.ChuHoSo ?? '');
      }
      if (line % 6 === 3) own.add(exchange.request.path.split('/')[2] ?? '');
      line += 1;
    }
    expect([...citizens.values()].every((own) => own.size === 1)).toBe(true);
    expect(new Set([...citizens.values()].flatMap((own) => [...own])).size).toBe(PEOPLE.length);
    expect(new Set(names.values()).size).toBe(new Set(PEOPLE.map((person) => person.name)).size);
  });
});
