import { createTransport } from '../../src/adapter/http.ts';
import type { HttpRequest, TransportOptions } from '../../src/adapter/transport.ts';
import type { WireResult } from '../../src/adapter/types.ts';

/** One request over a line of its own. */
export async function callOnce(options: TransportOptions, request: HttpRequest): Promise<WireResult> {
  const transport = createTransport(options);
  try {
    return await transport.request(request);
  } finally {
    await transport.close();
  }
}
