/** Opening a recording for a command that goes on whatever becomes of it. */
import type { Adapter } from '../adapter/types.ts';
import { contractOf } from '../testing/contracts.ts';
import type { RecorderProblem } from '../testing/recorder/recorder.ts';
import type { Recorder } from '../testing/recorder/recording.ts';
import { CommandError, EXIT } from './output.ts';

const WORDS: Record<RecorderProblem['kind'], string> = {
  unsafe: 'an exchange could not be read safely and is left out / một lượt gọi không đọc được an toàn nên không ghi',
  behind: 'more comes in than can be recorded; exchanges are left out / lượt gọi đến nhanh hơn tốc độ ghi, một số bị bỏ qua',
  file: 'the file cannot be written; nothing more is recorded / không ghi được tệp, dừng ghi',
};

/**
 * @param option what the person typed, for messages
 * @param goesOn what happens all the same, in both languages
 * @throws CommandError when the file cannot be made
 */
export async function openRecorder(file: string, adapter: Adapter, words: { option: string; goesOn: string }, key?: Buffer): Promise<Recorder> {
  const { createRecorder } = await import('../testing/recorder/recorder.ts');
  const said = new Set<string>();
  const onProblem = ({ kind, error }: RecorderProblem): void => {
    if (!said.has(kind)) process.stderr.write(`${words.option}: ${WORDS[kind]}${error === undefined ? '' : ` (${error})`}; ${words.goesOn}\n`);
    said.add(kind);
  };
  try {
    return await createRecorder({ file, upstream: adapter.id, contract: contractOf(adapter), onProblem, ...(key === undefined ? {} : { key }) });
  } catch (error) {
    throw new CommandError(`${words.option}: ${error instanceof Error ? error.message : String(error)}`, EXIT.usage);
  }
}
