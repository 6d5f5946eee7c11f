/** A whole exchange with invented values in the place of personal ones. What cannot be read is not kept. */
import { isUtf8 } from 'node:buffer';
import { createHmac } from 'node:crypto';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { Contract } from '../../contract/openapi.ts';
import { namesCredential } from '../../contract/mask.ts';
import { createCleaner, type Cleaner } from './clean.ts';
import { createInventor } from './invent.ts';
import { parseExact } from './json-tree.ts';
import { createKnownValues } from './known.ts';
import { cleanHtml, cleanXml } from './markup.ts';
import { marksOf, NOWHERE, type Marks, type OperationPlaces, type Place, type Standing } from './marks.ts';
import { RECORDING_VERSION, type OmittedBody, type RawBody, type RawExchange, type RecordedBody, type RecordedExchange } from './recording.ts';

export interface Pseudonymiser {
  /** @throws when there is something that cannot be made safe: the exchange is then not recorded */
  exchange(raw: RawExchange): Omit<RecordedExchange, 'seq'>;
  /** replaces what was recognised since an exchange was made; what is new otherwise stays as it is */
  sweep(exchange: RecordedExchange): RecordedExchange;
  counts: Readonly<Record<string, number>>;
}

export interface PseudonymiserOptions {
  upstream: string;
  /** absent: nothing is declared, so that everything is judged by its name and its form */
  contract?: Contract | undefined;
  /** 32 bytes */
  key: Buffer;
  /** larger bodies, as text, are not recorded. Default 8 MiB */
  maxBodyBytes?: number;
  now?: () => number;
}

const MAX_BODY = 8 * 1024 * 1024;
/** Headers of one connection and one transfer; nothing of the message. */
const NOT_RECORDED = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'content-encoding', 'accept-encoding', 'host', 'te', 'trailer', 'upgrade', 'proxy-connection', 'expect', 'via']);
/** Headers in which proxies say whose machine called. */
const CALLER = /forwarded|real-ip|client-ip/;
/** Headers whose values are about the message and not about a person. */
const ABOUT_MESSAGE = new Set(['content-type', 'accept', 'accept-charset', 'charset', 'content-language', 'accept-language', 'date', 'retry-after', 'server', 'user-agent', 'cache-control', 'vary', 'allow', 'pragma', 'expires', 'age', 'x-powered-by']);
/** Parameters by which a redirect hands a session on. */
const CARRIED = /^(?:code|state|nonce|ticket|sid|jsessionid|id_token_hint)$/i;
/** Parameters that say where a call goes. */
const ROUTING = new Set(['dstcode', 'providerurl']);
const MARKUP = /^(?:application|text)\/(?:[\w.+-]*\+)?xml$/;

interface Reading { text: string; media: string; value?: unknown }

/** @throws TypeError for a key that is too short */
export function createPseudonymiser(options: PseudonymiserOptions): Pseudonymiser {
  const { key, contract, now = Date.now, maxBodyBytes = MAX_BODY } = options;
  if (key.length < 32) throw new TypeError('the key of a recording has 32 bytes');
  const marks = marksOf(contract);
  const inventor = createInventor(key);
  const known = createKnownValues(inventor);
  const cleaner = createCleaner(marks, inventor, known, () => new Date(now()).getUTCFullYear());
  const omitted = (why: OmittedBody['omitted'], contentType: string, bytes: Buffer): OmittedBody =>
    ({ omitted: why, contentType: contentType.split(';')[0]?.trim().slice(0, 100) ?? '', size: bytes.length, hash: createHmac('sha256', key).update(bytes).digest('hex').slice(0, 32) });

  /** The body as text of a kind that can be read, or why not. */
  function readBody(body: RawBody, headers: Readonly<Record<string, string>>): Reading | OmittedBody {
    const contentType = headers['content-type'] ?? '';
    if (typeof body === 'object' && !Buffer.isBuffer(body)) return { ...omitted('too-large', contentType, Buffer.alloc(0)), size: body.tooLarge, hash: '' };
    const raw = Buffer.isBuffer(body) ? body : Buffer.from(body);
    if (raw.length === 0) return { text: '', media: '' };
    const bytes = Buffer.isBuffer(body) ? unpacked(raw, headers['content-encoding'], maxBodyBytes) : raw;
    if (bytes === undefined) return omitted('unreadable', contentType, raw);
    if (bytes.length > maxBodyBytes) return omitted('too-large', contentType, raw);
    // Names in an old encoding would not be recognised as what they are.
    if (!isUtf8(bytes)) return omitted(/json|text|xml|form/.test(contentType) ? 'unreadable' : 'binary', contentType, raw);
    const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
    const media = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
    const looksJson = /^\s*[[{"]/.test(text);
    if (media.includes('json') || (looksJson && (media === '' || media.startsWith('text/')))) {
      try {
        return { text, media: 'application/json', value: parseExact(text) };
      } catch {
        // Half a JSON text is neither data nor prose: nobody can say what stands where.
        return omitted('unreadable', contentType, raw);
      }
    }
    if (media === 'application/x-www-form-urlencoded' || MARKUP.test(media) || media === 'text/html' || media === 'text/plain') return { text, media };
    return omitted('binary', contentType, raw);
  }

  function writeBody(reading: Reading | OmittedBody, place: (media: string, value: unknown) => Place): RecordedBody {
    if ('omitted' in reading) return reading;
    const { text, media, value } = reading;
    if (text === '') return '';
    if (media === 'application/json') return cleaner.json(value, place('application/json', value));
    if (media === 'application/x-www-form-urlencoded') return fields(text, (name) => marks.standing(marks.field(place(media, Object.fromEntries(new URLSearchParams(text))), name, undefined), name));
    const clean = (inner: string, name?: string): string => cleaner.text(inner, marks.standing(NOWHERE, name));
    if (media === 'text/html') return cleanHtml(text, clean);
    if (media === 'text/plain') return clean(text);
    return cleanXml(text, clean) ?? omitted('unreadable', media, Buffer.from(text));
  }

  /** `a=1&b=2`, of a form or a query. */
  function fields(text: string, standing: (name: string) => Standing): string {
    const made = [...new URLSearchParams(text)].map(([name, value]): [string, string] => [marks.declares(name) ? name : cleaner.text(name, 'known'), cleaner.text(value, standing(name))]);
    return new URLSearchParams(made).toString();
  }

  function headersOf(headers: Readonly<Record<string, string>>, operation: OperationPlaces | undefined): Record<string, string> {
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const).filter(([name]) => !NOT_RECORDED.has(name)).map(([name, value]) => {
      const declared = operation?.parameter('header', name);
      const standing: Standing = namesCredential(name) || CALLER.test(name) ? 'secret' : ABOUT_MESSAGE.has(name) || ROUTING.has(name) ? 'known' : declared === undefined ? marks.standing(NOWHERE, name) : marks.standing(declared, name);
      // "Bearer x" and "a=b; c=d" hold the secret behind other words: each word of it is remembered.
      if (standing === 'secret') for (const word of value.split(/[\s;=,]+/)) if (word.length >= 8) cleaner.text(word, 'secret');
      return [cleaner.text(name, 'known'), name === 'location' ? addressOf(value) : cleaner.text(value, standing)];
    }));
  }

  /** Where a caller is sent on: the way stays, and what it is to bring along, a code or a session, does not. */
  function addressOf(address: string): string {
    const [, way = '', mark = '', rest = ''] = /^([^?#]*)([?#]?)([\s\S]*)$/.exec(address) ?? [];
    return `${withoutMatrix(way.replace(/^([a-z]+:\/\/)[^/@]*@/i, '$1')).split('/').map((part) => cleaner.text(part, 'known')).join('/')}${mark}${mark === '' ? '' : fields(rest, (name) => (CARRIED.test(name) ? 'secret' : marks.standing(NOWHERE, name)))}`;
  }

  /** `/a;jsessionid=1`: parameters of a part of an address are sessions, mostly. */
  const withoutMatrix = (path: string): string => path.replace(/;([^;/=]{0,40})=([^;/]*)/g, (_all, name: string, value: string) => `;${cleaner.text(name, 'known')}=${cleaner.text(value, 'secret')}`);

  function pathOf(path: string, operation: OperationPlaces | undefined): string {
    const own = operation?.path.split('/').filter((s) => s !== '') ?? [];
    const parts = path.split('/');
    return parts.map((part, i) => {
      const template = own[own.length - (parts.length - i)];
      const name = template === undefined ? undefined : /^\{(.+)\}$/.exec(template)?.[1];
      if (template !== undefined && name === undefined) return part;
      const open = decoded(part);
      const parameter = name === undefined ? undefined : operation?.parameter('path', name);
      const cleaned = cleaner.text(open, name === undefined ? 'known' : marks.standing(parameter ?? NOWHERE, name));
      return cleaned === open ? part : encodeURIComponent(cleaned);
    }).join('/');
  }

  function build(raw: RawExchange): Omit<RecordedExchange, 'seq'> {
    const { request, response } = raw;
    const mark = request.url.indexOf('?');
    const path = withoutMatrix((mark < 0 ? request.url : request.url.slice(0, mark)).replace(/^https?:\/\/[^/]+/i, ''));
    const query = mark < 0 ? '' : request.url.slice(mark + 1);
    const operation = marks.operation(request.method, path);
    const asked = readBody(request.body, request.headers);
    const answer = response === undefined ? undefined : readBody(response.body, response.headers);
    return {
      v: RECORDING_VERSION,
      at: new Date(raw.at).toISOString(),
      upstream: options.upstream,
      request: {
        method: request.method.toUpperCase(),
        path: pathOf(path, operation),
        query: query === '' ? '' : fields(query, (name) => {
          // A façade may take in the query what the document has in a header.
          const declared = operation?.parameter('query', name) ?? operation?.parameter('header', name);
          return declared === undefined && ROUTING.has(name) ? 'known' : marks.standing(declared ?? NOWHERE, name);
        }),
        headers: headersOf(request.headers, operation),
        body: writeBody(asked, (media, value) => operation?.request(media, value) ?? NOWHERE),
      },
      ...(response === undefined || answer === undefined ? {} : {
        response: {
          status: response.status,
          headers: headersOf(response.headers, operation),
          body: writeBody(answer, (media, value) => operation?.response(response.status, media, value, 'value' in asked ? asked.value : undefined) ?? NOWHERE),
        },
      }),
      ...(raw.failure === undefined ? {} : { failure: { sent: raw.failure.sent, code: cleaner.text(raw.failure.code, 'known') } }),
      durationMs: Math.round(raw.durationMs * 10) / 10,
    };
  }

  return {
    exchange(raw) {
      cleaner.mode = 'learn';
      build(raw);
      cleaner.mode = 'replace';
      return build(raw);
    },
    sweep: (exchange) => swept(exchange, cleaner, marks) as RecordedExchange,
    counts: cleaner.counts,
  };
}

/** Every text of a recorded exchange; names that the contract declares, and the words of the recording itself, stay. */
function swept(value: unknown, cleaner: Cleaner, marks: Marks): unknown {
  if (typeof value === 'string') return cleaner.sweep(value);
  if (Array.isArray(value)) return value.map((item) => swept(item, cleaner, marks));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, ['v', 'seq', 'at', 'upstream', 'method', 'omitted', 'hash'].includes(name) ? inner : swept(inner, cleaner, marks)]));
}

function unpacked(bytes: Buffer, encoding: string | undefined, maxOutputLength: number): Buffer | undefined {
  try {
    switch ((encoding ?? 'identity').trim().toLowerCase()) {
      case 'identity': case '': return bytes;
      case 'gzip': case 'x-gzip': return gunzipSync(bytes, { maxOutputLength });
      case 'deflate': return inflateSync(bytes, { maxOutputLength });
      case 'br': return brotliDecompressSync(bytes, { maxOutputLength });
      default: return undefined;
    }
  } catch {
    return undefined;
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

