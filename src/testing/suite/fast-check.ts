/** fast-check, an optional peer: loaded when the first law is tried. */
import type fc from 'fast-check';
import { loadPeer } from '../peer.ts';

export type { Arbitrary } from 'fast-check';
export type FastCheck = typeof fc;

/** @throws KitError LT-KIT-PEER-MISSING with the command that installs it */
export async function loadFastCheck(): Promise<FastCheck> {
  return (await loadPeer('fast-check', () => import('fast-check'))).default;
}
