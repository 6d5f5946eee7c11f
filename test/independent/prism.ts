/** Stoplight Prism as a validating proxy: a stranger's reading of an OpenAPI document, in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { waitFor } from '../../src/testing/wait.ts';
import { freePort } from '../support/free-port.ts';

export interface PrismProxy { url: string; stop(): Promise<void> }

const PRISM = createRequire(import.meta.url).resolve('@stoplight/prism-cli/dist/index.js');

/**
 * `prism proxy <document> <upstream> --errors`: a call or an answer that is not what the document says is answered by Prism with a problem document.
 * @param document path of the OpenAPI document
 * @throws Error with what Prism printed, when it does not come up
 */
export async function startPrism(document: string, upstream: string): Promise<PrismProxy> {
  const port = await freePort();
  const child = spawn(process.execPath, [PRISM, 'proxy', document, upstream, '--errors', '--port', String(port), '--host', '127.0.0.1', '--verboseLevel', 'fatal'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (printed = (printed + text).slice(-20_000)));
  const ended = once(child, 'close');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  try {
    await waitFor(() => {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`prism ended before it listened:\n${printed}`);
      return answers(port);
    }, { timeoutMs: 30_000, intervalMs: 50, describe: 'prism to listen' });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, stop };
}

/** Prism does not tell which port it was given for 0, so that one is looked for before. */

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
