/** What can be said of an integration platform (NDXP, NGSP, LGSP) before anything of an upstream behind it is known. */
import type { ErrorEntry } from './types.ts';

export const lgspErrors = [
  {
    code: 'LT-LGSP-INSECURE',
    who: 'operator',
    title: { vi: 'Cho phép http tới nền tảng tích hợp', en: 'http to the integration platform is allowed' },
    cause: { vi: 'gateway.insecure = true: khóa và mã truy cập có thể đi qua mạng không mã hóa. Header lgspaccesstoken chỉ là base64, ai đọc được đều gọi được.', en: 'gateway.insecure = true: keys and tokens may cross the network in the open. The header lgspaccesstoken is nothing but base64: whoever reads it can call.' },
    action: { vi: 'Chỉ dùng trong thử nghiệm; khi vận hành hãy bỏ insecure và dùng https.', en: 'For tests only; in operation remove insecure and use https.' },
  },
] as const satisfies readonly ErrorEntry[];
