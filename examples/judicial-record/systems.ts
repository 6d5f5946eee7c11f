/** The systems of the story: a gateway between the simulated VNeID with its judicial-record software and the simulated national portal, in this process, and all that goes between them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Application } from '../../adapters/vneid/simulator.ts';
import { ADAPTERS } from '../../src/cli/adapters.ts';
import { startApp } from '../../src/cli/app.ts';
import { loadConfig } from '../../src/gateway/config.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import { startMockServer, waitFor, type CallbackRecord, type LoggedExchange } from '../../src/testing/index.ts';
import type { Call } from '../land-case/systems.ts';

export type { Call };
const AGENCY = 'H99.14';
const HOUR_MS = 3_600_000;
/** The software of the story needs this long for a certificate, and a citizen for a supplement; their clock only moves when it is told to. */
const RESULT_MS = 48 * HOUR_MS;

export interface Systems {
  /** a citizen applies in VNeID. @returns the number that the province gave, once there is one */
  apply(): Promise<string>;
  /** VNeID says the same again, as after an answer that was lost */
  repeat(code: string): Promise<void>;
  /** the clock of VNeID and the software goes on by so many hours */
  later(hours: number): void;
  /** the software makes the certificate anew */
  reissue(code: string): void;
  /** where the province keeps the decision that withdraws a certificate */
  decisionUrl: string;
  /** the province's one-stop system sends its dossier */
  send(dossier: Dossier): Promise<void>;
  /** the dossier as the gateway holds it */
  dossier(code: string): Promise<Dossier>;
  /** what the citizen sees in VNeID */
  citizenSees(code: string): Readonly<Application> | undefined;
  /** waits until it is so and nothing is under way, and gives the calls since the last time in the order in which they were made */
  until(code: string, is: (dossier: Dossier) => boolean, what: string): Promise<{ dossier: Dossier; calls: Call[] }>;
  close(): Promise<void>;
}

const NUMBERS: Readonly<Record<string, string>> = { issueCode: 'L1', createDossier: 'L2', pushToBackend: 'L4', readResult: 'L5', reportStatus: 'L6' };

/** Numbers, states and words; nothing that a person could be told by. */
function answerOf(text: string): string {
  try {
    const said = JSON.parse(text) as Record<string, unknown>;
    const words = [said['statusCode'], said['errorDetail'], said['errorDescription'] ?? said['statusDescription'], said['value'] === undefined ? said['data'] : `state ${(said['value'] as { trangThaiXuLy: string }[] | null)?.[0]?.trangThaiXuLy ?? '?'}`];
    return words.filter((one) => typeof one === 'string').join(' ');
  } catch {
    return `${text.length} characters`;
  }
}
function whatOf({ service = '', request }: LoggedExchange): string {
  const body = JSON.parse(request.body.text === '' ? '{}' : request.body.text) as Record<string, string>;
  const more = service === 'reportStatus' ? ` ${body['trangThaiXuLy'] ?? ''} ${body['tenTrangThaiXuLy'] ?? ''}${body['type'] === 'thuhoi' ? ', thuhoi' : ''}` : '';
  return `${NUMBERS[service] ?? ''} ${service}${more}`;
}
const toVneid = (exchange: LoggedExchange): Call => ({ at: exchange.at, from: 'gateway', to: exchange.service === 'reportStatus' ? 'VNeID' : 'LLTP software', what: whatOf(exchange), answer: answerOf(exchange.response?.body.text ?? '') });
const toPortal = (exchange: LoggedExchange): Call => ({ at: exchange.at, from: 'gateway', to: 'portal', what: exchange.service ?? exchange.path, answer: String(exchange.status ?? '') });
const fromVneid = ({ at, name, response }: CallbackRecord): Call => ({ at, from: 'VNeID', to: 'gateway', what: `${NUMBERS[name] ?? ''} ${name}`, answer: answerOf(response?.body ?? '') });
/** Logins are the line's own affair, and a question to which there is no answer yet is asked again every second here. */
const isTold = (exchange: LoggedExchange): boolean => NUMBERS[exchange.service ?? ''] !== undefined && !(exchange.service === 'readResult' && answerOf(exchange.response?.body.text ?? '').endsWith('state 4'));

export async function startSystems(): Promise<Systems> {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-judicial-record-'));
  const closing: (() => Promise<unknown>)[] = [() => Promise.resolve(rmSync(folder, { recursive: true, force: true }))];
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0).reverse()) await end();
  };
  try {
    const vneid = await startMockServer('vneid', { seed: 'one-record', simulator: { agencyCode: AGENCY, gateway: 'lgsp-header', supplementAfterMs: [HOUR_MS, HOUR_MS], resultAfterMs: [RESULT_MS, RESULT_MS], chances: { convicted: 0 } } });
    closing.push(() => vneid.close());
    const portal = await startMockServer('dvcqg', { seed: 'one-record', simulator: { agencies: [AGENCY] } });
    closing.push(() => portal.close());
    // The province's file store.
    const store = createServer((_request, response) => response.writeHead(200, { 'content-type': 'application/pdf' }).end('%PDF-1.4\n% quyết định thu hồi, minh họa\n%%EOF\n'));
    await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => store.close(resolve)));
    const host = `127.0.0.1:${(store.address() as AddressInfo).port}`;
    const [account] = portal.simulator.accounts;
    const raw = vneid.simulator.clientConfig?.(vneid.url) as { backend: object };
    const app = await startApp(loadConfig({
      overrides: {
        server: { host: '127.0.0.1', port: 0 },
        ledger: { folder: join(folder, 'ledger') },
        upstreams: {
          dvcqg: { adapter: 'dvcqg', baseUrl: portal.url, agencyCode: AGENCY, ...account },
          vneid: { adapter: 'vneid', ...raw, backend: { ...raw.backend, pollEveryMs: 1_000 }, files: { hosts: [host] } },
        },
        logging: { level: 'error', requests: 'none' },
      },
      adapters: ADAPTERS,
    }));
    closing.push(() => app.close());
    vneid.callbacks.to(`${app.url}/inbound/vneid`);

    const seen = { vneid: 0, portal: 0, calls: 0 };
    const said: Call[] = [];
    const dossier = async (code: string): Promise<Dossier> => ((await (await fetch(`${app.url}/v1/dossiers/${code}`)).json()) as { dossier: Dossier }).dossier;
    const isQuiet = async (): Promise<boolean> => vneid.callbacks.waiting() === 0 && Object.entries((await app.ledger.counts(Date.now())).exchanges).every(([path, n]) => n === 0 || !/\/(pending|sending|unknown)$/.test(path));
    function newCalls(): Call[] {
      const atVneid = vneid.exchanges.list(seen.vneid, 1_000);
      const atPortal = portal.exchanges.list(seen.portal, 1_000).filter(({ service }) => service !== undefined && !/^(login|loginmc)$/i.test(service));
      const fromThere = vneid.callbacks.journal().filter(({ id }) => id > seen.calls);
      Object.assign(seen, { vneid: vneid.exchanges.last(), portal: portal.exchanges.last(), calls: vneid.callbacks.last() });
      return [...atVneid.filter(isTold).map(toVneid), ...atPortal.map(toPortal), ...fromThere.map(fromVneid), ...said.splice(0)].sort((a, b) => a.at - b.at);
    }

    return {
      dossier, close, decisionUrl: `http://${host}/quyet-dinh.pdf`,
      async apply() {
        const { citizen } = vneid.simulator.apply({ form: 1, authorised: false, free: false, copies: 3 });
        vneid.clock.advance(0);
        const application = await waitFor(() => vneid.simulator.applications().find((one) => one.citizen === citizen && one.phase === 'taken'), { timeoutMs: 20_000, describe: () => 'the application' });
        return application.code ?? '';
      },
      repeat: async (code) => void (await vneid.callbacks.make(vneid.simulator.call('repeat', { maHoSo: code }))),
      later: (hours) => void vneid.clock.advance(hours * HOUR_MS),
      reissue: (code) => vneid.simulator.reissue(code),
      citizenSees: (code) => vneid.simulator.application(code),
      async send(given) {
        const at = Date.now();
        const answer = await fetch(`${app.url}/v1/dossiers`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(given) });
        said.push({ at, from: 'one-stop desk', to: 'gateway', what: `dossier ${given.status}`, answer: String(answer.status) });
        if (answer.status !== 202) throw new Error(await answer.text());
      },
      async until(code, is, what) {
        let last: Dossier | undefined;
        const found = await waitFor(async () => {
          last = await dossier(code);
          return is(last) && (await isQuiet()) && (await dossier(code));
        }, { timeoutMs: 20_000, describe: () => `${what}; the dossier is ${last?.status ?? 'not there'}` });
        return { dossier: found, calls: newCalls() };
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
