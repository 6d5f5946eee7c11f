/**
 * Turns a recording into fixtures for the conformance suite: inputs and known answers of each operation, as JSON files that
 * `AdapterFixtures` takes. What an answer means is what the adapter makes of it today; a person reads it before it becomes the law.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { meaningOf, type KnownAnswer } from '../../adapter/fixtures.ts';
import type { Adapter } from '../../adapter/types.ts';
import { drive, resultOf } from './drive.ts';
import type { RecordedExchange } from './recording.ts';

export interface OperationExamples { inputs: unknown[]; answers: KnownAnswer[] }

const MOST_INPUTS = 20;
/** Answers of one meaning and one status that are kept. */
const SAME_MEANING = 2;

/**
 * @param config settings of the adapter
 * @returns by operation: inputs that differ, and answers of every meaning and status that occurred
 */
export async function examplesOf(recording: AsyncIterable<RecordedExchange> | Iterable<RecordedExchange>, adapter: Adapter, config: unknown): Promise<Map<string, OperationExamples>> {
  const driver = drive(adapter, config);
  const examples = new Map<string, OperationExamples>();
  const seen = new Map<string, number>();
  try {
    for await (const exchange of recording) {
      const call = driver.read(exchange);
      const answer = resultOf(exchange);
      if (call === undefined || answer === undefined) continue;
      const own = examples.get(call.operation) ?? { inputs: [], answers: [] };
      examples.set(call.operation, own);
      for (const input of call.inputs) {
        const text = `${call.operation} ${JSON.stringify(input)}`;
        if (seen.has(text) || own.inputs.length >= MOST_INPUTS) continue;
        seen.set(text, 1);
        own.inputs.push(input ?? null);
      }
      const found = driver.classify(call, answer);
      if (found === undefined) continue;
      const means = meaningOf(found);
      const status = answer.kind === 'response' ? `HTTP ${answer.status}` : answer.code;
      const kind = `${call.operation} ${status} ${means}`;
      const count = seen.get(kind) ?? 0;
      seen.set(kind, count + 1);
      if (count < SAME_MEANING) own.answers.push({ what: `recorded ${exchange.seq}: ${status}`, answer, means, ...(found.kind === 'retry' && found.retryAfterMs !== undefined ? { retryAfterMs: found.retryAfterMs } : {}) });
    }
  } finally {
    await driver.close();
  }
  return examples;
}

/**
 * Writes `<operation>.inputs.json` and `<operation>.answers.json` into a folder.
 * @returns the names of the files
 */
export async function writeFixtures(folder: string, examples: ReadonlyMap<string, OperationExamples>): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (const [operation, { inputs, answers }] of examples) {
    for (const [name, list] of [['inputs', inputs], ['answers', answers]] as const) {
      const file = `${operation}.${name}.json`;
      await writeFile(join(folder, file), `${JSON.stringify(list, null, 2)}\n`);
      files.push(file);
    }
  }
  return files;
}
