import { describe, expect, it } from 'vitest';
import { KitError } from '../../src/testing/index.ts';
import { loadPeer } from '../../src/testing/peer.ts';

const missing = (name: string) => Object.assign(new Error(`Cannot find package '${name}' imported from /somewhere`), { code: 'ERR_MODULE_NOT_FOUND' });

describe('an optional peer', () => {
  it('is given as it is loaded', async () => {
    expect(await loadPeer('nock', () => Promise.resolve('loaded'))).toBe('loaded');
  });

  it('that is not installed is told with the command that installs it', async () => {
    const error: unknown = await loadPeer('nock', () => Promise.reject(missing('nock'))).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(KitError);
    expect(error).toMatchObject({ code: 'LT-KIT-PEER-MISSING', message: expect.stringMatching(/npm i -D nock[^]*npm i -D nock/) as unknown });
  });

  it('that lacks something itself is told as it is', async () => {
    await expect(loadPeer('nock', () => Promise.reject(missing('something-of-nock')))).rejects.toThrow("Cannot find package 'something-of-nock'");
  });
});
