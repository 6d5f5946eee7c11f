/** Checks of the line itself, the same in both directions. */
import { failed, passed, skipped, unclear, type ConformanceCheck } from '../../../src/adapter/conformance.ts';

/** Time enough to have a certificate renewed by an office. */
const FEW_DAYS = 14;

export const tlsCheck: ConformanceCheck<unknown, unknown> = {
  id: 'line.tls', title: { vi: 'Đường truyền TLS', en: 'TLS line' }, rule: '1.5 [A]', access: 'read',
  async run(ctx) {
    const facts = await ctx.tls();
    if (facts === undefined) return skipped('Địa chỉ là http: mã hoá do trục kết nối trong mạng của cơ quan đảm nhiệm.', 'The address is http: inside the agency’s network the exchange platform does the encrypting.');
    if ('failed' in facts) return failed(`Không bắt tay TLS được (${facts.failed}).`, `There was no TLS handshake (${facts.failed}).`);
    if (!facts.trusted) return failed(`Chứng thư không được tin cậy (${facts.why ?? '?'}).`, `The certificate is not trusted (${facts.why ?? '?'}).`);
    if (!/^TLSv1\.[23]$/.test(facts.protocol)) return failed(`Giao thức cũ: ${facts.protocol}.`, `An old protocol: ${facts.protocol}.`);
    const left = String(facts.daysLeft ?? '?');
    if ((facts.daysLeft ?? 0) < FEW_DAYS) return unclear(`${facts.protocol}; chứng thư chỉ còn ${left} ngày.`, `${facts.protocol}; the certificate ends in ${left} days.`);
    return passed(`${facts.protocol}, ${facts.cipher}; chứng thư còn ${left} ngày.`, `${facts.protocol}, ${facts.cipher}; the certificate ends in ${left} days.`);
  },
};

const SLOW_MS = 6_000;

/** @param needs the check that shows that the target answers at all */
export const timeCheck = (needs: string): ConformanceCheck<unknown, unknown> => ({
  id: 'line.time', title: { vi: 'Trả lời trong 6 giây', en: 'Answers within 6 seconds' }, rule: '1.5 [B]', access: 'read', needs: [needs],
  async run(ctx) {
    const slowest = Math.max(...ctx.durations());
    const seconds = (slowest / 1_000).toFixed(1);
    return slowest < SLOW_MS
      ? passed(`Chậm nhất ${seconds} giây.`, `The slowest took ${seconds} s.`)
      : unclear(`Chậm nhất ${seconds} giây; một phía gọi đã biết chỉ chờ 6 giây.`, `The slowest took ${seconds} s; one known caller waits 6 s only.`);
  },
});
