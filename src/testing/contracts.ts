/** The OpenAPI documents of upstreams, opened when first asked for and then kept: reading one takes a third of a second. */
import { readFileSync } from 'node:fs';
import { openContract, type Contract } from '../contract/openapi.ts';

const opened = new Map<string, Contract>();

/** The document of an adapter; undefined when it has none. @throws Error when the file cannot be read as one */
export function contractOf(adapter: { contract?: URL }): Contract | undefined {
  const { contract: file } = adapter;
  if (file === undefined) return undefined;
  let contract = opened.get(file.href);
  if (contract === undefined) {
    contract = openContract(readFileSync(file, 'utf8'));
    opened.set(file.href, contract);
  }
  return contract;
}
