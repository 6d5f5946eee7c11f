/** An example, run as a reader would run it: in a process of its own. */
import { spawn } from 'node:child_process';

/** @param timeoutMs after which it is ended */
export function runExample(file: string, timeoutMs: number): Promise<{ code: number | null; text: string; errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs });
    let [text, errors] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
    child.once('error', reject).once('close', (code) => resolve({ code, text, errors }));
  });
}
