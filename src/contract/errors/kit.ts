import type { ErrorEntry } from './types.ts';

/** What can go wrong around mocks, conformance runs and recordings. */
export const kitErrors = [
  {
    code: 'LT-KIT-SUITE-UNKNOWN',
    who: 'vendor',
    title: { vi: 'Không có bộ kiểm tra này', en: 'There is no such conformance suite' },
    cause: { vi: 'Tên sau --upstream không phải tên của bộ kiểm tra nào.', en: 'The name after --upstream is the name of no suite.' },
    action: { vi: 'Dùng một trong các tên được liệt kê.', en: 'Use one of the names that are listed.' },
  },
  {
    code: 'LT-KIT-TARGET',
    who: 'vendor',
    title: { vi: 'Địa chỉ cần kiểm tra không dùng được', en: 'The address to be tested cannot be used' },
    cause: { vi: 'Không phải địa chỉ http(s), hoặc có kèm tài khoản hay tham số: báo cáo in địa chỉ này ra.', en: 'It is no http(s) address, or carries an account or a query: the report prints this address.' },
    action: { vi: 'Ghi địa chỉ gốc; tài khoản để trong biến môi trường.', en: 'Give the base address; accounts belong in environment variables.' },
  },
  {
    code: 'LT-KIT-CHECK-BROKE',
    who: 'vendor',
    title: { vi: 'Kiểm tra bị lỗi, chưa kết luận được', en: 'The check broke, so that it has no result' },
    cause: { vi: 'Lỗi của bộ kiểm tra, không phải kết luận về hệ thống được kiểm tra.', en: 'A fault of the suite, which says nothing about the system under test.' },
    action: { vi: 'Báo cho người viết bộ kiểm tra, kèm báo cáo.', en: 'Tell the author of the suite, with the report.' },
  },
] as const satisfies readonly ErrorEntry[];
