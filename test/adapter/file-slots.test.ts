/** Contents of kept files in a message: every address is replaced, nothing else, and never half. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileOutcome, withFileContents } from '../../src/adapter/file-slots.ts';
import type { AdapterRuntime } from '../../src/adapter/types.ts';
import { fileAddress, fileIdIn, fileIdsIn } from '../../src/model/file-address.ts';

const address = fc.stringMatching(/^[0-9a-f]{64}$/).map(fileAddress);
const contentOf = (of: string): Uint8Array => Buffer.from(`nội dung ${of.slice(-8)}`);
const base64Of = (of: string): string => Buffer.from(contentOf(of)).toString('base64');
const readFile = async (of: string): Promise<Uint8Array> => contentOf(of);

describe('a message with files', () => {
  it('has the content in the place of every address, wherever it stands, and is otherwise as it was; the original is not touched', async () => {
    const text = fc.oneof({ weight: 3, arbitrary: fc.string() }, { weight: 2, arbitrary: address });
    const message = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, text, fc.integer(), fc.boolean(), fc.constant(null), fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(fc.string().filter((key) => key !== '__proto__'), tie('value'), { maxKeys: 4 })),
    })).value;
    await fc.assert(fc.asyncProperty(message, async (given) => {
      const before = JSON.stringify(given);
      const filled = await withFileContents(given, readFile);
      expect(JSON.stringify(given)).toBe(before);
      const wanted = before.replace(/"(lienthong-file:[0-9a-f]{64})"(?!:)/g, (_all, of: string) => `"${base64Of(of)}"`);
      expect(JSON.stringify(filled.ok ? filled.message : undefined)).toBe(wanted);
    }), { seed: 7, numRuns: 200 });
  });

  it('without any is the same message, and asks for nothing', async () => {
    const message = { a: [{ data: 'lienthong-file:1' }, `x ${fileAddress('a'.repeat(64))}`] };
    const never = (): Promise<Uint8Array> => { throw new Error('asked'); };
    expect(await withFileContents(message, never)).toEqual({ ok: true, message });
    expect((await withFileContents(message, undefined)).ok).toBe(true);
  });

  it('reads each file once, one after the other, and counts what it takes in the message', async () => {
    const [one, other] = [fileAddress('1'.repeat(64)), fileAddress('2'.repeat(64))];
    const asked: string[] = [];
    let open = 0;
    const slow = async (of: string): Promise<Uint8Array> => {
      asked.push(of);
      expect(open += 1).toBe(1);
      await new Promise<void>((resolve) => { setImmediate(resolve); });
      open -= 1;
      return new Uint8Array(100);
    };
    expect((await withFileContents([one, other, { again: one }], slow, { maxBytes: 300 })).ok).toBe(true);
    expect(asked).toEqual([one, other]);
    expect(await withFileContents([one, other, { again: one }], slow, { maxBytes: 299 })).toMatchObject({ ok: false, failure: { kind: 'failure', sent: 'before', code: 'FILE_TOO_LARGE' } });
  });

  it.each<[string, AdapterRuntime['readFile'], string, string]>([
    ['gone', async () => undefined, 'FILE_MISSING', 'rejected'],
    ['not to be read just now', async () => { throw new Error('down'); }, 'FILE_UNREACHABLE', 'retry'],
    ['asked for where nothing keeps files', undefined, 'FILE_MISSING', 'rejected'],
  ])('is not sent when a file is %s', async (_what, read, code, kind) => {
    const filled = await withFileContents({ data: fileAddress('1'.repeat(64)) }, read);
    if (filled.ok) throw new Error('it was sent');
    expect(filled.failure).toMatchObject({ kind: 'failure', sent: 'before', code });
    expect(fileOutcome(filled.failure)).toMatchObject({ kind });
  });

  it('says nothing of other failures, nor of one after which something was sent', () => {
    expect(fileOutcome({ kind: 'failure', sent: 'before', code: 'ECONNREFUSED', durationMs: 0 })).toBeUndefined();
    expect(fileOutcome({ kind: 'failure', sent: 'after', code: 'FILE_MISSING', durationMs: 0 })).toBeUndefined();
  });
});

describe('addresses in a text', () => {
  it('are found each once, whole ones only', () => {
    const [one, other] = ['1', 'f'].map((digit) => digit.repeat(64)) as [string, string];
    const text = JSON.stringify({ a: fileAddress(one), b: [fileAddress(other), fileAddress(one)], c: `${fileAddress('2'.repeat(64))}0`, d: `lienthong-file:${'A'.repeat(64)}` });
    expect(fileIdsIn(text)).toEqual([one, other]);
    expect(fileIdsIn('{"a":"https://x"}')).toEqual([]);
  });

  it('an address is one as a whole or not at all', () => {
    expect(fileIdIn(fileAddress('a'.repeat(64)))).toBe('a'.repeat(64));
    for (const other of [undefined, '', 'lienthong-file:', ` ${fileAddress('a'.repeat(64))}`, `${fileAddress('a'.repeat(64))}\n`, fileAddress('a'.repeat(63))]) expect(fileIdIn(other)).toBeUndefined();
  });
});
