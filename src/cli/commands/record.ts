import { stat } from 'node:fs/promises';
import { startRecordingProxy } from '../../testing/recorder/proxy.ts';
import { readRecording, RecordingError, type RecordedExchange } from '../../testing/recorder/recording.ts';
import { adapterNamed, settingsOf, withSettings } from '../adapter-module.ts';
import { openRecorder } from '../open-recorder.ts';
import { CommandError, EXIT } from '../output.ts';
import { stopWithInput, untilSignal } from '../until-signal.ts';

export interface RecordOptions {
  target?: string; out?: string; upstream?: string; port: string; host: string; timeout: string; keyEnv?: string;
  ca?: string; tlsCert?: string; tlsKey?: string; serverName?: string; json?: boolean;
}

const usage = (message: string): CommandError => new CommandError(message, EXIT.usage);
const LOOPBACK = /^(127\.|localhost$|::1$)/;

/** Stands between a client and the real upstream until a signal comes, and writes what goes by. */
export async function record(options: RecordOptions): Promise<void> {
  const { target, out, upstream } = options;
  if (target === undefined || out === undefined || upstream === undefined) throw usage('--target, --out and --upstream are needed / cần --target, --out và --upstream');
  if (!URL.canParse(target) || !/^https?:$/.test(new URL(target).protocol)) throw usage('--target: an http or https address / cần địa chỉ http hoặc https');
  const port = Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw usage('--port: 0 … 65535');
  const timeout = Number(options.timeout);
  if (!(timeout > 0 && timeout <= 3600)) throw usage('--timeout: seconds, at most 3600 / giây, tối đa 3600');
  if ((options.tlsCert === undefined) !== (options.tlsKey === undefined)) throw usage('--tls-cert and --tls-key go together / phải đi cùng nhau');
  const adapter = await adapterNamed(upstream, '--upstream');
  const recorder = await openRecorder(out, adapter, { option: '--out', goesOn: 'the proxy goes on / proxy vẫn chạy' }, keyFrom(options.keyEnv));
  const tls = { ...(options.ca === undefined ? {} : { caFile: options.ca }), ...(options.tlsCert === undefined ? {} : { certFile: options.tlsCert }), ...(options.tlsKey === undefined ? {} : { keyFile: options.tlsKey }), ...(options.serverName === undefined ? {} : { serverName: options.serverName }) };
  const proxy = await startRecordingProxy({ target, recorder, port, host: options.host, timeoutMs: timeout * 1000, tls }).catch(async (error: unknown) => {
    await recorder.close();
    throw new CommandError(`--port: ${(error as NodeJS.ErrnoException).code ?? String(error)}`, EXIT.unavailable);
  });
  const stopped = untilSignal();
  if (!LOOPBACK.test(options.host)) process.stderr.write('--host: what goes through the proxy is not encrypted on this side / phía này của proxy không mã hoá\n');
  process.stdout.write(options.json === true ? `${JSON.stringify({ url: proxy.url, target, out })}\n` : `recording proxy ${proxy.url} -> ${target}\n`);
  if (options.json === true) stopWithInput();
  await stopped;
  await proxy.close();
  const statistics = await recorder.close();
  const { recorded, skipped, replaced } = statistics;
  if (skipped > 0) process.exitCode = EXIT.findings;
  if (options.json === true) process.stdout.write(`${JSON.stringify(statistics)}\n`);
  else {
    const values = Object.values(replaced).reduce((sum, count) => sum + count, 0);
    process.stdout.write(`${recorded} exchanges, ${skipped} left out, ${values} values replaced / đã ghi ${recorded} lượt, bỏ qua ${skipped}, thay thế ${values} giá trị\n${out}\n`);
  }
  process.stdin.destroy();
}

/** A key for several recordings that must agree. It comes from the environment, so that it lies beside none of them. */
function keyFrom(name: string | undefined): Buffer | undefined {
  if (name === undefined) return undefined;
  const text = process.env[name];
  if (text === undefined || !/^[0-9a-fA-F]{64}$/.test(text)) throw usage(`--key-env: ${name} must hold 64 hexadecimal digits, e.g. of openssl rand -hex 32 / phải chứa 64 chữ số hệ 16`);
  return Buffer.from(text, 'hex');
}

/** The exchanges of a file that a person named. @throws CommandError in words */
export async function* recordingOf(file: string): AsyncGenerator<RecordedExchange, void, undefined> {
  if (!(await stat(file).then((found) => found.isFile(), () => false))) throw usage(`${file}: no such file / không có tệp này`);
  try {
    yield* readRecording(file);
  } catch (error) {
    if (error instanceof RecordingError) throw usage(`${file}: ${error.message}`);
    throw error;
  }
}

/** Turns a recording into fixtures of an adapter. */
export async function recordFixtures(recording: string, options: { adapter: string; config: string; out: string }): Promise<void> {
  const { examplesOf, writeFixtures } = await import('../../testing/recorder/fixtures.ts');
  const adapter = await adapterNamed(options.adapter, '--adapter');
  if (adapter.readCall === undefined) throw usage(`--adapter: ${adapter.id} has no readCall, so that recorded calls cannot be read back / chưa có readCall nên không đọc lại được lượt gọi đã ghi`);
  const examples = await withSettings(() => examplesOf(recordingOf(recording), adapter, settingsOf(options.config, adapter)));
  if (examples.size === 0) throw new CommandError('no exchange of this adapter is in the recording / bản ghi không có lượt gọi nào của bộ kết nối này', EXIT.findings);
  await writeFixtures(options.out, examples);
  for (const [operation, { inputs, answers }] of examples) process.stdout.write(`${operation}: ${inputs.length} inputs, ${answers.length} answers / ${inputs.length} đầu vào, ${answers.length} câu trả lời\n`);
  process.stdout.write(`${options.out}\n`);
}
