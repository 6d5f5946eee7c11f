/** Certificates for mock servers, made when they start: an authority of their own that clients can be told to trust. */
import { generate } from 'selfsigned';

export interface Authority {
  /** PEM of the certificate that clients trust */
  ca: string;
  /** PEM texts for a server that is reached under these names and addresses */
  issue(hosts: readonly string[]): Promise<{ cert: string; key: string }>;
}

const DAY_MS = 24 * 3_600_000;
const EC = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;
const isAddress = (host: string): boolean => /^[\d.]+$/.test(host) || host.includes(':');

/** Keys live in this process only, and certificates for a month. */
export async function createAuthority(): Promise<Authority> {
  const dates = { notBeforeDate: new Date(Date.now() - DAY_MS), notAfterDate: new Date(Date.now() + 30 * DAY_MS) };
  const own = await generate([{ name: 'commonName', value: 'lienthong mock servers' }], {
    ...EC, ...dates,
    extensions: [{ name: 'basicConstraints', cA: true, critical: true }, { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true }],
  });
  return {
    ca: own.cert,
    async issue(hosts) {
      const names = [...new Set(['localhost', '127.0.0.1', '::1', ...hosts])].filter((host) => host !== '0.0.0.0' && host !== '::');
      const made = await generate([{ name: 'commonName', value: 'localhost' }], {
        ...EC, ...dates, ca: { key: own.private, cert: own.cert },
        extensions: [
          { name: 'basicConstraints', cA: false, critical: true },
          { name: 'keyUsage', digitalSignature: true, critical: true },
          { name: 'extKeyUsage', serverAuth: true },
          { name: 'subjectAltName', altNames: names.map((host) => (isAddress(host) ? { type: 7, ip: host } : { type: 2, value: host })) },
        ],
      });
      return { cert: made.cert, key: made.private };
    },
  };
}
