/** What only the author of an adapter can decide. Each stands as `TODO(key)` at its place in the generated files, and in docs/new-adapter.md. */
import type { Text } from '../../contract/errors/types.ts';

export interface Todo { what: Text; why: Text }

export const TODOS = {
  auth: {
    what: { vi: 'Cách đăng nhập: khóa, phiên, chứng thư', en: 'How a call proves who calls: key, session, certificate' },
    why: { vi: 'Sai cách xác thực thì mọi lời gọi đều bị từ chối; phiên phải dùng chung (createSessionProvider)', en: 'With the wrong one every call is refused; a session is shared by all calls (createSessionProvider)' },
  },
  config: {
    what: { vi: 'Các thiết lập khác nhau giữa các nơi cài đặt', en: 'What differs between installations' },
    why: { vi: 'Điều chưa chắc chắn là thiết lập có giá trị mặc định và lý do, không phải phỏng đoán trong mã', en: 'What nobody can prove is a setting with a default and its reason, not a guess in code' },
  },
  contract: {
    what: { vi: 'Thay bằng hợp đồng thật của hệ thống', en: 'Put the real contract of the system here' },
    why: { vi: 'Kiểm tra gói tin, hệ thống giả lập và báo động lệch hợp đồng đều dựa vào tài liệu này', en: 'What leaves, what comes back, the mock and the drift radar are all held against it' },
  },
  codes: {
    what: { vi: 'Mã trạng thái thật, đủ cho mọi trạng thái chuẩn', en: 'The real status codes, one for every canonical status' },
    why: { vi: 'Mã ở đây là giả định; một mã sai làm sai trạng thái hồ sơ của dân', en: 'The ones here are invented; a wrong one shows a citizen the wrong state' },
  },
  fields: {
    what: { vi: 'Trường nào của hồ sơ đi vào trường nào của gói tin', en: 'Which field of the dossier goes into which field of the message' },
    why: { vi: 'Trường bị quên không đến nơi mà không ai biết; khai phần mất trong fixtures', en: 'A field that is forgotten is lost without a sound; declare losses in the fixtures' },
  },
  success: {
    what: { vi: 'Dấu hiệu thành công, và mã lỗi riêng của hệ thống trong trả lời 200', en: 'How success shows, and the system’s own error codes inside a 200' },
    why: { vi: 'Nhiều hệ thống trả 200 kèm error_code; coi nhầm là thành công thì hồ sơ mất', en: 'Many systems answer 200 with an error_code; taken for success, a dossier is lost' },
  },
  idempotency: {
    what: { vi: 'Gửi lại có nhân đôi không; lời POST chỉ để tìm kiếm thì access là read', en: 'Does sending it twice double anything; a POST that only searches has access read' },
    why: { vi: 'Cổng chỉ được gửi lại khi chắc chắn không sinh bản trùng', en: 'The gateway may send again only where nothing is doubled' },
  },
  probe: {
    what: { vi: 'Hỏi lại sau khi mất trả lời: đã có tác dụng chưa', en: 'How to ask, after a lost reply, whether it took effect' },
    why: { vi: 'Không hỏi được thì mỗi lần mất trả lời phải có người xử lý', en: 'Without a probe a person must settle every lost reply' },
  },
  subscribe: {
    what: { vi: 'Thay đổi nào của hồ sơ thì gửi thao tác này', en: 'Which changes of a dossier send this operation' },
    why: { vi: 'Thiếu phần này thì chỉ gọi được qua SDK, cổng không tự gửi', en: 'Without it only the SDK calls the operation; the gateway plans none' },
  },
  titles: {
    what: { vi: 'Tên thao tác bằng cả hai ngôn ngữ', en: 'The operation’s title in the language that the document lacks' },
    why: { vi: 'Người vận hành đọc tên này trong nhật ký và cảnh báo', en: 'Operators read it in logs and alerts' },
  },
  simulator: {
    what: { vi: 'Hệ thống giả lập cư xử như hệ thống thật, kể cả chỗ lạ', en: 'The double behaves as the real system does, quirks included' },
    why: { vi: 'Kiểm thử chỉ đáng tin bằng hệ thống giả lập', en: 'The tests are worth as much as the double' },
  },
  answers: {
    what: { vi: 'Mọi câu trả lời lỗi có trong tài liệu của hệ thống', en: 'Every failure that the system’s documents describe' },
    why: { vi: 'Trả lời chưa liệt kê thì không ai kiểm tra cách hiểu', en: 'How an answer is understood is tested only if it is listed' },
  },
  dates: {
    what: { vi: 'Vài thời điểm đã biết và cách hệ thống viết chúng', en: 'A few known instants and how the system writes them' },
    why: { vi: 'Sai múi giờ làm hồ sơ quá hạn hoặc lệch ngày', en: 'A wrong zone makes a dossier overdue, or moves it to another day' },
  },
  personal: {
    what: { vi: 'Trường nào chứa dữ liệu cá nhân', en: 'Which fields hold personal data' },
    why: { vi: 'Bộ kiểm tra chỉ tìm rò rỉ của những trường được khai', en: 'The suite looks for leaks of the fields that are named' },
  },
  schema: {
    what: { vi: 'Lược đồ này được để mở vì không biên dịch chặt được', en: 'This schema is left open: it could not be compiled strictly' },
    why: { vi: 'Phần để mở không được kiểm tra khi gửi và nhận', en: 'What is left open is not checked when it leaves or arrives' },
  },
} as const satisfies Record<string, Todo>;
export type TodoKey = keyof typeof TODOS;

export interface TodoPlace { file: string; line: number; key: TodoKey; about: string }

/** The TODOs in a generated file, in its order. */
export function todosIn(file: string, content: string): TodoPlace[] {
  return content.split('\n').flatMap((text, i) => {
    const found = /TODO\(([a-z]+)\)(?: ([\w.]+))?:/.exec(text);
    const key = found?.[1] as TodoKey | undefined;
    return key === undefined || !Object.hasOwn(TODOS, key) ? [] : [{ file, line: i + 1, key, about: found?.[2] ?? '' }];
  });
}

/** `TODO(probe) submit: How to ask …` */
export const todoText = (key: TodoKey, about = ''): string => `TODO(${key})${about === '' ? '' : ` ${about}`}: ${TODOS[key].what.en}`;
