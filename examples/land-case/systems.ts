/** The systems of the story: a gateway between a simulated land system and the simulated national portal, in this process, and all that goes between them. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADAPTERS } from '../../src/cli/adapters.ts';
import { startApp } from '../../src/cli/app.ts';
import { loadConfig } from '../../src/gateway/config.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import { startMockServer, waitFor, type CallbackRecord, type LoggedExchange } from '../../src/testing/index.ts';

const AGENCY = 'H99.99.01';
const HOUR_MS = 3_600_000;
/** The land system of the story takes an hour for each step, and its clock only moves when it is told to. */
const SCRIPT = ['move', 'supplement', 'move', 'tax', 'move', 'finish'];
const BEGIN = '2025-09-08T01:15:00Z';
const OFFICERS = [
  { code: 'motcua.vidu01', name: 'Lê Thị Tiếp Nhận' }, { code: 'vpdk.vidu02', name: 'Ngô Văn Thẩm Tra' }, { code: 'vpdk.vidu03', name: 'Phạm Thị Lãnh Đạo' },
];

/** One call, by whoever made it. */
export interface Call { at: number; from: string; to: string; what: string; answer: string }

export interface Systems {
  /** the land system's clock goes on by an hour, and it does what is due. @returns what it shows then, an instant */
  later(): string;
  /** the province's one-stop system sends its dossier */
  send(dossier: Dossier): Promise<void>;
  /** the national portal calls us */
  portalSays(name: string, data: unknown): Promise<void>;
  /** the dossier as the gateway holds it */
  dossier(code: string): Promise<Dossier>;
  /** waits until it is so and nothing is under way, and gives the calls since the last time in the order in which they were made */
  until(code: string, is: (dossier: Dossier) => boolean, what: string): Promise<{ dossier: Dossier; calls: Call[] }>;
  close(): Promise<void>;
}

/** What the simulated land system answered, in its words. */
function landAnswer({ status = 0, response }: LoggedExchange): string {
  try {
    const { data, status: said } = JSON.parse(response?.body.text ?? '') as { data: number; status: { message: string } };
    return `data ${data}, “${said.message}”`;
  } catch {
    return `${status}, ${response?.body.length ?? 0} bytes`;
  }
}
const NUMBERS: Readonly<Record<string, string>> = { submit: 'O1', supplementDone: 'O2', resultReturned: 'O3', wrongResult: 'O4', downloadFile: 'O5' };
const I_NUMBERS: Readonly<Record<string, string>> = { moved: 'I1', supplementRequested: 'I2', supplementReceived: 'I3', taxNotices: 'I4', finished: 'I5' };

const toLand = (exchange: LoggedExchange): Call => ({
  at: exchange.at, from: 'gateway', to: 'land system', what: `${NUMBERS[exchange.service ?? ''] ?? ''} ${exchange.path.slice(1)}`, answer: landAnswer(exchange),
});
const toPortal = (exchange: LoggedExchange): Call => ({ at: exchange.at, from: 'gateway', to: 'portal', what: exchange.service ?? exchange.path, answer: String(exchange.status ?? '') });
const fromLand = ({ at, name, path, response }: CallbackRecord): Call => ({
  // The secret in the path is not shown.
  at, from: 'land system', to: 'gateway', what: `${I_NUMBERS[name] ?? ''} ${path.split('/').at(-2) ?? ''}`, answer: `${response?.status ?? ''} ${response?.body ?? ''}`,
});

export async function startSystems(): Promise<Systems> {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-land-case-'));
  const closing: (() => Promise<unknown>)[] = [() => Promise.resolve(rmSync(folder, { recursive: true, force: true }))];
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0).reverse()) await end();
  };
  try {
    const land = await startMockServer('vbdlis', { seed: 'one-case', simulator: { startAt: BEGIN, script: SCRIPT, stepMs: [HOUR_MS, HOUR_MS], maxNotices: 1, officers: OFFICERS } });
    closing.push(() => land.close());
    const portal = await startMockServer('dvcqg', { seed: 'one-case', simulator: { agencies: [AGENCY] } });
    closing.push(() => portal.close());

    // The province's file store: here a folder, found by the files' ids.
    const papers = join(folder, 'papers');
    mkdirSync(papers);
    for (const id of ['1', '2', '3']) writeFileSync(join(papers, id), `%PDF-1.4\n% minh họa ${id}\n%%EOF\n`);
    const [account] = portal.simulator.accounts;
    const taxSecurityKey = randomBytes(16).toString('hex');
    const app = await startApp(loadConfig({
      overrides: {
        server: { host: '127.0.0.1', port: 0 },
        ledger: { folder: join(folder, 'ledger') },
        upstreams: {
          dvcqg: { adapter: 'dvcqg', baseUrl: portal.url, agencyCode: AGENCY, ...account },
          'dat-dai': { adapter: 'vbdlis', system: 'dat-dai', ...(land.simulator.clientConfig?.(land.url) as object), taxSecurityKey, attachments: { folder: papers, path: '{id}' } },
        },
        logging: { level: 'error', requests: 'none' },
      },
      adapters: ADAPTERS,
    }));
    closing.push(() => app.close());
    const inbound = `${app.url}/inbound/dat-dai`;
    land.callbacks.to(inbound);

    const seen = { land: 0, portal: 0, calls: 0 };
    const said: Call[] = [];
    const post = (url: string, body: unknown): Promise<Response> => fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const dossier = async (code: string): Promise<Dossier> => ((await (await fetch(`${app.url}/v1/dossiers/${code}`)).json()) as { dossier: Dossier }).dossier;
    const isQuiet = async (): Promise<boolean> =>
      land.callbacks.waiting() === 0 && Object.entries((await app.ledger.counts(Date.now())).exchanges).every(([path, n]) => n === 0 || !/\/(pending|sending|unknown)$/.test(path));

    /** Logins are the line's own affair. */
    function newCalls(): Call[] {
      const atLand = land.exchanges.list(seen.land, 1_000);
      const atPortal = portal.exchanges.list(seen.portal, 1_000);
      const fromThere = land.callbacks.journal().filter(({ id }) => id > seen.calls);
      seen.land = land.exchanges.last();
      seen.portal = portal.exchanges.last();
      seen.calls = land.callbacks.last();
      const isSaid = ({ service }: LoggedExchange): boolean => service !== undefined && !/^(login|loginmc)$/i.test(service);
      return [...atLand.filter(isSaid).map(toLand), ...atPortal.filter(isSaid).map(toPortal), ...fromThere.map(fromLand), ...said.splice(0)].sort((a, b) => a.at - b.at);
    }

    return {
      dossier, close,
      later() {
        land.clock.advance(HOUR_MS);
        return `${new Date(land.clock.now()).toISOString().slice(0, 19)}Z`;
      },
      async send(given) {
        const at = Date.now();
        const answer = await post(`${app.url}/v1/dossiers`, given);
        said.push({ at, from: 'one-stop desk', to: 'gateway', what: `dossier ${given.status}`, answer: String(answer.status) });
        if (answer.status !== 202) throw new Error(await answer.text());
      },
      async portalSays(name, data) {
        const at = Date.now();
        const answer = await post(`${inbound}/api/v1/LienThongNVTCDVCQuocGias/${name}`, { SecurityKey: taxSecurityKey, Data: data });
        said.push({ at, from: 'portal', to: 'gateway', what: name, answer: `${answer.status} ${await answer.text()}` });
      },
      async until(code, is, what) {
        let last: Dossier | undefined;
        const found = await waitFor(async () => {
          last = await dossier(code);
          return is(last) && (await isQuiet()) && (await dossier(code));
        }, { timeoutMs: 20_000, describe: () => `${what}; the dossier is ${last?.status ?? 'not there'}, ${last?.landCase?.state ?? ''}` });
        return { dossier: found, calls: newCalls() };
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
