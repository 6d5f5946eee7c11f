/** Asking a population database about a citizen through the gateway. */
import type { ErrorEntry } from './types.ts';

export const citizenErrors = [
  {
    code: 'LT-CITIZEN-OFF', http: 404, who: 'operator',
    title: { vi: 'Chưa bật tra cứu công dân', en: 'Asking about citizens is switched off' },
    cause: { vi: 'Cấu hình chưa khai báo mục đích nào ở citizens.purposes, hoặc chưa có hệ thống đích nào tra cứu được dân cư.', en: 'No purpose is configured under citizens.purposes, or no configured upstream can be asked about citizens.' },
    action: { vi: 'Khai báo hệ thống dân cư ở upstreams và từng mục đích kèm căn cứ pháp lý ở citizens.purposes.', en: 'Configure the population database under upstreams, and every purpose with its legal basis under citizens.purposes.' },
  },
  {
    code: 'LT-CITIZEN-PURPOSE', http: 403, who: 'operator',
    title: { vi: 'Mục đích không được phép', en: 'The purpose is not allowed' },
    cause: { vi: 'Giá trị purpose không có trong citizens.purposes của cấu hình.', en: 'The value of purpose is not among citizens.purposes of the configuration.' },
    action: { vi: 'Dùng mã mục đích đã khai báo; mục đích mới cần căn cứ pháp lý trong cấu hình.', en: 'Use a configured purpose; a new one needs its legal basis in the configuration.' },
  },
  {
    code: 'LT-CITIZEN-UPSTREAM', http: 400, who: 'province',
    title: { vi: 'Không rõ hỏi hệ thống nào', en: 'It is not clear which database to ask' },
    cause: { vi: 'upstream không phải hệ thống tra cứu được, hoặc có nhiều hệ thống mà lời gọi không nêu tên, hoặc hệ thống không có thao tác này.', en: 'upstream is not one that can be asked, or there are several and the call names none, or the one has no such operation.' },
    action: { vi: 'Nêu đúng tên hệ thống như trong cấu hình upstreams.', en: 'Name one as it stands under upstreams in the configuration.' },
  },
  {
    code: 'LT-CITIZEN-QUESTION', http: 422, who: 'province',
    title: { vi: 'Câu hỏi không hợp lệ', en: 'The question is not valid' },
    cause: { vi: 'Cần đúng một trong hai số (citizenId 12 chữ số hoặc oldId 9 chữ số), họ tên có chữ, và nhiều nhất một trong birthDate, birthYear là ngày có thật, không ở tương lai.', en: 'Exactly one of the numbers is needed (citizenId of 12 digits or oldId of 9), a name with letters, and at most one of birthDate and birthYear, which must exist and not lie ahead.' },
    action: { vi: 'Sửa theo con trỏ trong "issues". Chưa có gì được gửi đi.', en: 'Mend what "issues" points at. Nothing was sent.' },
  },
  {
    code: 'LT-CITIZEN-AUDIT', http: 503, who: 'operator',
    title: { vi: 'Không ghi được nhật ký tra cứu', en: 'The question cannot be recorded' },
    cause: { vi: 'Sổ cái không ghi được. Không có nhật ký thì không hỏi, và không trả thông tin đã nhận.', en: 'The ledger takes no record. Without one nothing is asked, and nothing that came back is handed out.' },
    action: { vi: 'Khôi phục sổ cái (xem /health/ready), rồi hỏi lại.', en: 'Bring the ledger back (see /health/ready), then ask again.' },
  },
  {
    code: 'LT-CITIZEN-REFUSED', http: 502, who: 'operator',
    title: { vi: 'Cơ sở dữ liệu dân cư từ chối trả lời', en: 'The population database refuses to answer' },
    cause: { vi: 'Thủ tục, dịch vụ hoặc tài khoản cán bộ không được cấp quyền, hay câu trả lời không dùng được; chi tiết ở "issues".', en: 'The procedure, the service or the officer’s account is not licensed, or the answer cannot be used; see "issues".' },
    action: { vi: 'Làm theo từng mã trong "issues".', en: 'Do what each code in "issues" says.' },
  },
  {
    code: 'LT-CITIZEN-UNAVAILABLE', http: 503, who: 'ministry',
    title: { vi: 'Chưa hỏi được cơ sở dữ liệu dân cư', en: 'The population database cannot be asked now' },
    cause: { vi: 'Không kết nối được, quá thời gian, hoặc hệ thống đang bận; chi tiết ở "issues".', en: 'It is out of reach, too slow or busy; see "issues".' },
    action: { vi: 'Hỏi lại sau; đây là thao tác đọc nên hỏi lại không gây hại.', en: 'Ask again later; it only reads, so that asking again does no harm.' },
  },
  {
    code: 'LT-CITIZEN-WAITS', who: 'operator',
    title: { vi: 'Chưa hỏi cơ sở dữ liệu lúc này', en: 'The database is not asked now' },
    cause: { vi: 'Hệ thống đích đang bị tạm giữ, cầu dao mở, ngoài giờ hoạt động hoặc đã hết lượt gọi; hoặc cổng đang dừng.', en: 'The upstream is held, its breaker is open, it is closed at this hour or its rate is used up; or the gateway is stopping.' },
    action: { vi: 'Hỏi lại sau. Lý do có ở /v1/upstreams.', en: 'Ask again later. /v1/upstreams names the reason.' },
  },
  {
    code: 'LT-CITIZEN-ANSWER', http: 502, who: 'ministry',
    title: { vi: 'Câu trả lời không dùng được', en: 'The answer cannot be used' },
    cause: { vi: 'Câu trả lời không đúng mô hình chuẩn, hoặc là của một công dân khác với số đã hỏi.', en: 'The answer is not of the canonical form, or is about another citizen than the number that was asked for.' },
    action: { vi: 'Không dùng thông tin. Báo nhà cung cấp bộ kết nối kèm requestId.', en: 'Use nothing of it. Tell the adapter’s vendor, with the requestId.' },
  },
] as const satisfies readonly ErrorEntry[];
