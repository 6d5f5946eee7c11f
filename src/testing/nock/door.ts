/**
 * The one place that touches nock. nock puts itself in front of every socket of the process as soon as it is imported, so it
 * is loaded with the first mock and let go with the last one. All mocks stand behind one scope of nock: what users set up with
 * nock themselves stays as it is, and after the last mock nothing of ours is left in it.
 */
import { isUtf8 } from 'node:buffer';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { loadPeer } from '../peer.ts';

/** A call of the process under test, read whole. */
export interface CaughtCall {
  method: string;
  url: URL;
  /** names in lower case */
  headers: Record<string, string>;
  body: string;
  /** was the body UTF-8? */
  isText: boolean;
  /** ends when the caller hangs up */
  signal: AbortSignal;
}
export interface DoorReply {
  status: number;
  headers: Record<string, string>;
  /** whole, or in pieces; an iterable that throws breaks the connection there */
  body: Buffer | AsyncIterable<Buffer>;
}
export interface Door {
  /** this call is ours, whatever becomes of it */
  owns(url: URL): boolean;
  /** a call to somebody else that must not go out */
  refuses(url: URL): boolean;
  /** @throws what the caller is to see as the failure of its connection; its `code` is that of a socket */
  answer(call: CaughtCall): Promise<DoorReply>;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** Never called: nock wants a place for a scope that chooses its calls by itself. */
const NOWHERE = 'http://mocks.lienthong.invalid';

const doors = new Set<Door>();
let leave: (() => void) | undefined;
let entering: Promise<void> = Promise.resolve();

/** @returns closes it. @throws KitError LT-KIT-PEER-MISSING without nock */
export async function openDoor(door: Door): Promise<() => void> {
  doors.add(door);
  // One after the other: two mocks that start together must not both set nock up.
  const turn = entering.then(enter);
  entering = turn.catch(() => undefined);
  try {
    await turn;
  } catch (error) {
    doors.delete(door);
    throw error;
  }
  return () => {
    if (!doors.delete(door) || doors.size > 0) return;
    leave?.();
    leave = undefined;
  };
}

async function enter(): Promise<void> {
  if (leave !== undefined || doors.size === 0) return;
  // Whoever had imported nock before us wants it to stay active.
  const before = connectNow();
  const { default: nock } = await loadPeer('nock', () => import('nock'));
  if (!nock.isActive()) nock.activate();
  const ours = connectNow() !== before;

  const mockedByOthers = (origin: string): boolean => nock.activeMocks().some((name) => name.includes(` ${origin}/`));
  const scope = nock(NOWHERE, {
    filteringScope: (origin) => {
      const url = new URL(origin);
      return doorOf(url) !== undefined || (doorAgainst(url) !== undefined && !mockedByOthers(origin));
    },
  }).persist();
  const interceptors = METHODS.map((method) => {
    const interceptor = scope.intercept(/^/, method).optionally();
    interceptor.reply(async (request: Request) => {
      const bytes = request.method === 'GET' ? await bytesOf(() => nock.getGetRequestBody(request)) : Buffer.from(await request.arrayBuffer());
      const { status, body, headers } = await pass(request, bytes);
      return [status, Buffer.isBuffer(body) ? body : Readable.from(body), headers];
    });
    return interceptor;
  });

  leave = () => {
    scope.persist(false);
    for (const interceptor of interceptors) nock.removeInterceptor(interceptor);
    if (ours && nock.activeMocks().length === 0) nock.restore();
  };
}

const connectNow = (): unknown => Socket.prototype.connect;
const doorOf = (url: URL): Door | undefined => [...doors].find((door) => door.owns(url));
const doorAgainst = (url: URL): Door | undefined => [...doors].find((door) => door.refuses(url));

function pass(request: Request, bytes: Buffer): Promise<DoorReply> {
  const url = new URL(request.url);
  const door = doorOf(url) ?? doorAgainst(url);
  // Closed while the call was on its way.
  if (door === undefined) return Promise.reject(Object.assign(new Error('the mock has been restored'), { code: 'ECONNREFUSED' }));
  return door.answer({ method: request.method, url, headers: Object.fromEntries(request.headers), body: bytes.toString('utf8'), isText: isUtf8(bytes), signal: request.signal });
}

/** nock keeps the body of a GET apart, and throws where there was none. */
async function bytesOf(open: () => AsyncIterable<unknown>): Promise<Buffer> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of open()) chunks.push(Buffer.from(chunk as Uint8Array));
    return Buffer.concat(chunks);
  } catch {
    return Buffer.alloc(0);
  }
}
