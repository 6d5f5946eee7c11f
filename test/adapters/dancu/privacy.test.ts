/** After questions in every transport nothing that we write holds whom they were about: recordings, the mock's log and pages, outcomes of failures. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dancu } from '../../../adapters/dancu/adapter.ts';
import { createDancuSimulator, type AnswerKind } from '../../../adapters/dancu/simulator.ts';
import type { Adapter } from '../../../src/adapter/types.ts';
import type { Contract } from '../../../src/contract/openapi.ts';
import { connect } from '../../../src/index.ts';
import { contractOf, createRecorder, recordTransport, startSimulator } from '../../../src/testing/index.ts';
import { question } from './support.ts';

/** Answered in full, refused in words of the upstream, broken off in the middle, and somebody else's. */
const ANSWERS: readonly AnswerKind[] = ['normal', 'normal', 'failed', 'fault-client', 'malformed', 'two', 'other-person'];

const contract = contractOf(dancu as unknown as Adapter) as Contract;

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'lt-dancu-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The person who is asked for, and those who come along in the answer; in every spelling that a message has. */
const PERSONAL = ['099190000123', '099000123', '099060000124', '099000125', '990000001', 'Lê Thị Mẫu', 'LETHIMAU', 'LÊ THỊ MẪU', 'Lê Văn Giả', 'Phạm Thị Không', 'Số 1, Thôn Một', '19900214', '1990-02-14'];
const hidden = (text: string): string[] => [text, text.normalize('NFD'), encodeURIComponent(text), Buffer.from(text).toString('base64').replace(/=+$/, ''), JSON.stringify(text).slice(1, -1)];
const FORMS = PERSONAL.flatMap(hidden);
const found = (text: string): string[] => FORMS.filter((form) => text.includes(form));

describe.each(['x-road', 'lgsp', 'rest-wrapped', 'rest-flat'] as const)('%s', (transport) => {
  it('nothing of anybody is left behind', async () => {
    const file = join(folder, `${transport}.ndjson`);
    const recorder = await createRecorder({ file, upstream: 'dancu', contract, key: Buffer.alloc(32, 8) });
    const seen: string[] = [];
    for (const [i, answer] of ANSWERS.entries()) {
      const simulator = createDancuSimulator({ seed: 'private', transport, answer });
      const host = await startSimulator(simulator, { contract });
      const connection = connect(dancu, { ...simulator.clientConfig?.(host.url), names: i === 0 ? 'accented' : 'compact' }, { transport: recordTransport(recorder), now: () => simulator.now(), readRetry: { retries: 0 } });
      for (const operation of ['lookUpCitizen', 'verifyCitizen', 'verifyRelatives'] as const) {
        const outcome = await connection.run(operation, question());
        if (outcome.kind !== 'done') seen.push(JSON.stringify(outcome));
      }
      const page = async (path: string): Promise<string> => (await fetch(`${host.url}/__admin/${path}`)).text();
      const list = await page('requests?limit=100');
      const ids = [...list.matchAll(/"id":(\d+)/g)].map((m) => m[1] as string);
      expect(ids.length).toBeGreaterThan(0);
      seen.push(list, await page('journal'), await page('state'), await page('summary'), ...(await Promise.all(ids.map((id) => page(`requests/${id}`)))), JSON.stringify(simulator.journal()));
      await connection.close();
      await host.close();
    }
    await recorder.close();
    const recorded = (await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')))).join('\n');
    expect(recorded.length).toBeGreaterThan(1_000);
    expect(found(recorded)).toEqual([]);
    expect(found(seen.join('\n'))).toEqual([]);
  });
});
