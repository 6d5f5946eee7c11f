/** What really goes over the wire, held against the OpenAPI document. */
import type { SimulatorRequest } from '../../adapter/types.ts';
import { isRecord } from '../../contract/is-record.ts';
import type { ContractCall } from '../../contract/openapi.ts';
import { readXml } from '../../contract/xml/stream.ts';
import { fileAddress, fileIdsIn } from '../../model/file-address.ts';
import { hosted } from './hosted.ts';
import { contextOf, dossiersOf, issuesShown, makeCheck, type Findings, type Suite } from './kit.ts';
import type { AdapterCheck } from './types.ts';
import { mapTexts, shown, textsIn } from './values.ts';

/** Text that breaks out of JSON, of an address or of a form wherever somebody puts words together by hand. */
const HOSTILE = `"'\\&=?#%2F../<b>\n😀 Đỗ`;

async function checkCalls(suite: Suite, found: Findings): Promise<void> {
  const contract = suite.contract();
  for (const op of suite.operations) {
    await hosted(suite, async ({ execute, prepare, exchanges }) => {
      await prepare(op);
      for (const input of op.fixtures.inputs as unknown[]) await execute(op, [input]);
      if (exchanges.length === 0) found.add(op.id, 'không lời gọi nào đến được hệ thống giả', 'no call reached the simulator');
      for (const { request, response } of exchanges) {
        const where = `${op.id}, ${request.method} ${request.path}`;
        if (contract === undefined) return;
        const call: ContractCall = request;
        const asked = contract.checkRequest(call);
        if (asked.issues.length > 0) found.add(where, `lời gọi sai tài liệu: ${issuesShown(asked.issues)}`, `the call is not what the document says: ${issuesShown(asked.issues)}`);
        const told = contract.checkResponse(call, { status: response.status, headers: response.headers ?? {}, body: response.body });
        if (told.issues.length > 0) found.add(where, `trả lời ${response.status} sai tài liệu: ${issuesShown(told.issues)}`, `the answer ${response.status} is not what the document says: ${issuesShown(told.issues)}`);
      }
    });
  }
}

/** Every text that the simulator can read out of a request. */
function received({ path, query, headers, body }: SimulatorRequest): Set<string> {
  const texts = [...Object.values(query), ...path.split('/').map(decoded), ...Object.values(headers), body];
  try {
    texts.push(...textsIn(JSON.parse(body)).map(({ text }) => text));
  } catch {
    // no JSON: XML, a form, or nothing
  }
  if (headers['content-type']?.includes('xml') === true) texts.push(...xmlTexts(body));
  if (headers['content-type']?.includes('x-www-form-urlencoded') === true) texts.push(...new URLSearchParams(body).values());
  return new Set(texts);
}
/** Nothing can be read of a document that is broken: what stands in it did not arrive. */
function xmlTexts(document: string): string[] {
  const texts: string[] = [];
  try {
    readXml(document, { open: () => undefined, text: (text) => void texts.push(text), close: () => undefined });
  } catch {
    return [];
  }
  return texts;
}
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Hostile words in one text after another, as far as the operation lets them out at all. */
async function checkHostile(suite: Suite, found: Findings): Promise<void> {
  let tried = 0;
  for (const op of suite.operations) {
    await hosted(suite, async ({ execute, exchanges, config }) => {
      const input = op.fixtures.inputs[0] as unknown;
      const remote = op.fixtures.remote ?? {};
      for (const spoilt of hostileCopies(input)) {
        let request: unknown;
        try {
          request = op.operation.encode([spoilt], contextOf(config, remote));
          if (!op.operation.request(request).ok) continue;
        } catch {
          continue; // refused before anything left: also right
        }
        const from = exchanges.length;
        await execute(op, [spoilt]);
        const there = exchanges.slice(from).map(({ request: got }) => received(got));
        for (const { pointer, text } of textsIn(request)) {
          if (!text.includes(HOSTILE.slice(0, 8)) && !text.includes('%2F..')) continue;
          tried += 1;
          if (!there.some((texts) => texts.has(text))) found.add(op.id, `${pointer}: ${shown(text)} không đến nguyên vẹn`, `${pointer}: ${shown(text)} did not arrive whole`);
        }
      }
    });
  }
  // A dossier has free text; an adapter that only takes codes and dates may have none to let out.
  if (tried === 0 && dossiersOf(suite).length > 0) found.add('fixtures', 'không đầu vào mẫu nào có chữ tự do đến được hệ thống giả', 'no example input has free text that reaches the simulator');
}

/** Each text alone: one that may not hold such words must not hide the others. */
function hostileCopies(input: unknown): unknown[] {
  const count = textsIn(input).length;
  const only = (chosen: number, words: string): unknown => {
    let n = -1;
    return mapTexts(input, (text) => {
      n += 1;
      return n === chosen ? `${text}${words}` : text;
    });
  };
  // The second spelling has no blanks and no slash: what an address lets through.
  return Array.from({ length: count }, (_, i) => [only(i, HOSTILE), only(i, `"'&=%2F..`)]).flat();
}

/** Every example with kept files in the place of its own. Whether it can be sent like that is the adapter's to say. */
async function checkFiles(suite: Suite, found: Findings): Promise<void> {
  for (const op of suite.operations) {
    await hosted(suite, async ({ execute, prepare, exchanges, simulator }) => {
      await prepare(op);
      for (const input of op.fixtures.inputs as unknown[]) await execute(op, [withKeptFiles(input)]);
      const told = [...exchanges.map(({ request }) => request), ...simulator.journal()].some((seen) => fileIdsIn(JSON.stringify(seen)).length > 0);
      if (told) found.add(op.id, 'địa chỉ của tệp mà cổng giữ đã đến hệ thống giả', 'the address of a kept file reached the simulator');
    });
  }
}

/** A copy in which every member of a list `files` has the address of a kept file. */
function withKeptFiles(input: unknown): unknown {
  if (Array.isArray(input)) return input.map(withKeptFiles);
  if (!isRecord(input)) return input;
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [
    name, name === 'files' && Array.isArray(value) ? value.map((file, i) => (isRecord(file) ? { ...file, url: fileAddress(String(i % 10).repeat(64)) } : file)) : withKeptFiles(value),
  ]));
}

export function wireChecks(suite: Suite): AdapterCheck[] {
  const { absent } = suite.fixtures;
  return [
    makeCheck('wire.contract', (found) => checkCalls(suite, found), absent?.simulator ?? absent?.contract),
    makeCheck('wire.hostile', (found) => checkHostile(suite, found), absent?.simulator),
    makeCheck('wire.files', (found) => checkFiles(suite, found), absent?.simulator),
  ];
}
