/** Questions about invented people, and a line on which everything can be seen. */
import { afterEach } from 'vitest';
import { dancu, type DancuConfig } from '../../../adapters/dancu/adapter.ts';
import type { CitizenQuestion } from '../../../src/adapter/citizens.ts';
import { connect } from '../../../src/index.ts';
import type { Outcome } from '../../../src/adapter/types.ts';
import { bodyOf, httpLoopback, type Loopback } from '../../support/loopback.ts';

export const NOW = 1_763_781_296_123;
export const RAW = {
  baseUrl: 'http://127.0.0.1:9', serviceAccount: 'VPCP', officer: 'canbo.mau',
  transport: { kind: 'x-road', authenticationUrl: 'https://xac-thuc.example.vn/csdldc', user: 'tinh-mau', secretKey: 'khoa-mau-ky', client: 'VN/GOV/H99/mau', apiKey: 'apikey-mau' },
};
export const config = (more: Record<string, unknown> = {}): DancuConfig => dancu.configure({ ...RAW, ...more });
export const question = (more: Record<string, unknown> = {}): CitizenQuestion => ({ requestId: 'q-0001', citizenId: '099190000123', fullName: 'Lê Thị Mẫu', birth: '1990-02-14', ...more }) as CitizenQuestion;

const open: Loopback[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((one) => one[Symbol.asyncDispose]()))));

export interface Seen { path: string; headers: Record<string, string>; body: string }
type Operation = keyof typeof dancu.operations;

/** What a server sees of one question, and what its answer is understood as. */
export async function sent(more: Record<string, unknown>, input: unknown, operation: Operation = 'lookUpCitizen', answer: (seen: Seen) => { status?: number; type?: string; body: string } = () => ({ body: '' })): Promise<{ seen: Seen[]; outcome: Outcome }> {
  const seen: Seen[] = [];
  const server = await httpLoopback((request, response) => void (async () => {
    const call = { path: request.url ?? '', headers: request.headers as Record<string, string>, body: await bodyOf(request) };
    seen.push(call);
    const { status = 200, type = 'text/xml; charset=utf-8', body } = answer(call);
    response.writeHead(status, { 'content-type': type }).end(body);
  })());
  open.push(server);
  const connection = connect(dancu, JSON.parse(JSON.stringify({ ...RAW, ...more, baseUrl: server.url }).replaceAll('http://door', server.url)), { now: () => NOW, readRetry: { retries: 0 } });
  try {
    const outcome = (await connection.run(operation, input as never)) as Outcome;
    return { seen, outcome };
  } finally {
    await connection.close();
  }
}
export const codeOf = (outcome: Outcome): string => (outcome.kind === 'done' ? 'done' : `${outcome.kind} ${outcome.kind === 'rejected' ? (outcome.issues[0]?.code ?? '') : outcome.issue.code}`);
