/**
 * Bodies beyond `server.bodyLimit`, on the routes that may take them. Each is in memory several times over (bytes, text, parsed), so that a few at a time
 * are read: the others wait in their sockets, unread, and are asked to come again when it takes too long.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';

export interface LargeBodies {
  /**
   * To be asked before the body is read. The place is let go of when the call ends before it is handled; else whoever handles it does that.
   * @returns false when none came free in time, or the call has ended meanwhile
   */
  enter(request: FastifyRequest, reply: FastifyReply): Promise<boolean>;
  /** The call is being handled now. @returns lets its place go; for a call that has none nothing happens */
  handle(request: FastifyRequest): () => void;
}
interface Waiting { come: (hasPlace: boolean) => void; timer: NodeJS.Timeout }

const WAIT_MS = 10_000;
/** Sockets that hold a buffer each. */
const MOST_WAITING = 100;

/** @param most at the same time @param waitMs how long one waits for its place. @default 10 s */
export function createLargeBodies(most: number, waitMs = WAIT_MS): LargeBodies {
  let inside = 0;
  const waiting = new Set<Waiting>();
  const places = new WeakMap<FastifyRequest, () => void>();

  function free(): void {
    const [next] = waiting;
    if (next === undefined) inside -= 1;
    else next.come(true);
  }

  /** A place that comes free goes to the one who has waited longest. */
  function place(reply: FastifyReply): Promise<boolean> {
    if (inside < most) {
      inside += 1;
      return Promise.resolve(true);
    }
    if (waiting.size >= MOST_WAITING) return Promise.resolve(false);
    return new Promise((resolve) => {
      const me: Waiting = {
        come(hasPlace) {
          waiting.delete(me);
          clearTimeout(me.timer);
          resolve(hasPlace);
        },
        timer: setTimeout(() => me.come(false), waitMs).unref(),
      };
      waiting.add(me);
      reply.raw.once('close', () => {
        if (waiting.has(me)) me.come(false);
      });
    });
  }

  return {
    async enter(request, reply) {
      if (!(await place(reply))) return false;
      if (reply.raw.closed || reply.raw.destroyed) {
        free();
        return false;
      }
      places.set(request, free);
      // Cut off, refused on the way, out of time: nobody handles it any more.
      reply.raw.once('close', () => {
        if (places.delete(request)) free();
      });
      return true;
    },
    handle(request) {
      return places.delete(request) ? free : () => undefined;
    },
  };
}

/** Longer than `limit` bytes by its own word, or without a word about its length. */
export const isLarge = ({ headers }: Pick<FastifyRequest, 'headers'>, limit: number): boolean => headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > limit;
