/** Memory of the gateway with 20 attachments of 10 MB on their way at once: out with submissions, and in as results. */
import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { LAND, asLines, landDossiers, startLand } from './lib/land.ts';
import { sendFile } from './lib/load.ts';
import { allDone, arrived, openExchanges, until0 } from './lib/progress.ts';
import { peakMemoryMb, startGateway, temporaryFolder } from './lib/processes.ts';
import type { Result, Row } from './lib/report.ts';

const FILES = 20;
const FILE_BYTES = 10 * 1024 * 1024;
const BELOW_MB = 400;
const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

export async function benchLandMemory(): Promise<Result> {
  return {
    settings: `${FILES} dossiers with one file of 10 MB each, all on the wire at the same time; highest resident memory of the gateway's process, SQLite`,
    rows: [...(await out()), ...(await back())],
  };
}

/**
 * A land system that reads nothing until all submissions have begun, so that every file is in flight at once, and then takes them whole.
 * @returns SHA-256 of the files as they arrived
 */
function slowLand(): { listen(): Promise<string>; arrived: string[]; most(): number; close(): void } {
  const waiting: (() => void)[] = [];
  const files: string[] = [];
  let open = 0;
  let most = 0;
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    open += 1;
    most = Math.max(most, open);
    if (open === FILES) waiting.splice(0).forEach((go) => go());
    else if (most < FILES) await new Promise<void>((go) => waiting.push(go));
    const pieces: Buffer[] = [];
    for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
    const { DanhSachGiayToDinhKem: [paper] } = JSON.parse(Buffer.concat(pieces).toString('utf8')) as { DanhSachGiayToDinhKem: { TapTin: { data: string } }[] };
    files.push(sha256(Buffer.from(paper?.TapTin.data ?? '', 'base64')));
    open -= 1;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data: 1, status: { success: true, message: 'Thành công' } }));
  };
  const server = createServer((request, response) => void take(request, response));
  return {
    arrived: files, most: () => most, close: () => void server.close(),
    listen: () => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))),
  };
}

async function out(): Promise<Row[]> {
  const folder = temporaryFolder();
  const content = randomBytes(FILE_BYTES);
  writeFileSync(join(folder, 'to-do.pdf'), content);
  const land = slowLand();
  const upstream = {
    adapter: 'vbdlis', baseUrl: await land.listen(), securityCode: 'bench-only-0000000000', procedures: { '1.012781': { code: 'TH-DEMO-001' } },
    officers: [{ code: 'motcua.vidu01', name: 'Lê Thị Tiếp Nhận' }], receivingOfficer: 'motcua.vidu01', connections: FILES, attachments: { folder, path: '{id}' },
  };
  const gateway = await startGateway({ roles: 'intake,deliver,schedule,console', concurrency: FILES, config: { upstreams: { [LAND]: upstream } } });
  const before = peakMemoryMb(gateway.child);
  const dossiers = landDossiers(FILES, () => ({ components: [{ name: 'Tờ trích đo', originals: 1, copies: 0, files: [{ id: 'to-do.pdf', name: 'to-do.pdf', size: FILE_BYTES }] }] }));
  await sendFile(gateway.url, '/v1/dossiers:import', asLines(dossiers));
  await until0(() => Promise.resolve(FILES - land.arrived.length));
  await until0(() => openExchanges(gateway.url));
  await allDone(gateway.url);
  const memory = peakMemoryMb(gateway.child);
  await gateway.stop();
  land.close();
  rmSync(folder, { recursive: true, force: true });
  if (land.most() !== FILES) throw new Error(`only ${land.most()} submissions were in flight at once`);
  if (land.arrived.some((hash) => hash !== sha256(content))) throw new Error('a file did not arrive as it is');
  return [
    { what: 'before anything is sent', value: before, unit: 'MB' },
    { what: `${FILES} submissions with 10 MB each in flight`, value: memory, unit: 'MB', goal: { below: BELOW_MB } },
  ];
}

async function back(): Promise<Row[]> {
  const script = JSON.stringify([{ do: 'finish', afterMs: 0 }]);
  const { land, gateway } = await startLand(['-o', `script=${script}`, '-o', 'files=big', '-o', `bigFileBytes=${FILE_BYTES}`, '--callback-lines', String(FILES)], { roles: 'intake,deliver,schedule,console', concurrency: FILES });
  await sendFile(gateway.url, '/v1/dossiers:import', asLines(landDossiers(FILES)));
  await until0(async () => FILES - ((await arrived(land))['filesServed'] ?? 0));
  await until0(() => openExchanges(gateway.url));
  await allDone(gateway.url);
  const memory = peakMemoryMb(gateway.child);
  await gateway.stop();
  await land.stop();
  return [{ what: `${FILES} results of 10 MB fetched and hashed`, value: memory, unit: 'MB', goal: { below: BELOW_MB } }];
}
