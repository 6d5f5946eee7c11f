/** TLS material as Node's clients take it, from files as settings name them. */
import { readFileSync } from 'node:fs';

/** Paths of PEM files, and the name that the server's certificate carries where it is not the host's. */
export interface TlsFiles { caFile?: string; certFile?: string; keyFile?: string; serverName?: string }

/** @throws what reading a file failed with */
export function tlsMaterial({ caFile, certFile, keyFile, serverName }: TlsFiles = {}): { ca?: Buffer; cert?: Buffer; key?: Buffer; servername?: string } {
  return {
    ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
    ...(certFile === undefined ? {} : { cert: readFileSync(certFile) }),
    ...(keyFile === undefined ? {} : { key: readFileSync(keyFile) }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}
