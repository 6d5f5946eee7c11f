/** Words that invented text is made of, and words that say nothing about anybody and may stay. */

/** Surnames that millions share; the words behind them make a name an invented one. */
export const SURNAMES = ['Nguyễn', 'Trần', 'Phạm', 'Huỳnh', 'Phan', 'Đặng', 'Bùi', 'Ngô', 'Đinh', 'Trương', 'Trịnh', 'Lương'] as const;

/** Things of the house, the field and the kitchen, none of which is a given name, with its accents or without. */
export const THINGS = [
  'Ghế', 'Bàn', 'Kệ', 'Chén', 'Đĩa', 'Thìa', 'Nồi', 'Chảo', 'Rổ', 'Thúng', 'Mẹt', 'Nón', 'Dép', 'Guốc', 'Khăn', 'Gối', 'Chiếu', 'Đèn', 'Quạt', 'Bút', 'Thước',
  'Giấy', 'Sách', 'Chuông', 'Kèn', 'Chèo', 'Lưới', 'Neo', 'Cọc', 'Gạch', 'Ngói', 'Vôi', 'Sỏi', 'Rơm', 'Trấu', 'Bắp', 'Khoai', 'Sắn', 'Đậu', 'Bầu', 'Mướp', 'Rau',
  'Nấm', 'Gừng', 'Riềng', 'Tỏi', 'Ớt', 'Khế', 'Bưởi', 'Xoài', 'Ổi', 'Mít', 'Chuối', 'Dứa', 'Cóc', 'Ốc', 'Tép', 'Thớt', 'Võng', 'Chõng',
] as const;

const words = (text: string): string[] => text.trim().split(/\s+/);

/** What kind of body a name belongs to; stays, so that a firm is still seen to be one. */
export const BODY_WORDS: ReadonlySet<string> = new Set(words(`
  công ty tnhh mtv cổ phần cp hợp tác xã doanh nghiệp tư nhân dntn ủy uỷ ban nhân dân ubnd sở chi nhánh trường bệnh viện trung tâm phòng hộ kinh`));

/** What kind of place a name belongs to. */
export const PLACE_WORDS: ReadonlySet<string> = new Set(words(`
  số nhà đường phố ngõ ngách hẻm tổ khu vực ấp thôn xóm bản khóm phường xã thị trấn quận huyện thành tỉnh tp`));

/**
 * Words of the sentences by which systems answer. They stay in texts that nobody can vouch for, so that "đã tồn tại" and "hết phiên"
 * still say what they said; only in runs of two and more that do not look like a name.
 */
export const ANSWER_WORDS: ReadonlySet<string> = new Set(words(`
  hồ sơ đã được chưa không tồn tại thành công thất bại lỗi hệ thống phiên làm việc đăng nhập hết hạn hợp lệ hiệu lực vui lòng thử lại sau quá tải bận đang nhiều yêu cầu
  dữ liệu thiếu trường bắt buộc sai định dạng mã số tìm thấy trùng cập nhật thêm mới tiếp nhận xử lý trả kết quả gửi nhận thời gian chờ kết nối trên trong từ của và hoặc là
  thủ tục đơn vị cơ quan tài khoản mật khẩu người dùng dịch vụ danh mục lĩnh vực tệp giấy tờ bị có quyền truy cập nội bộ`));

/** The same in English, where titles have capitals too and no word is anybody's name. */
export const SYSTEM_WORDS: ReadonlySet<string> = new Set(words(`
  success successful successfully error errors failed failure system server internal gateway bad request timeout timed many requests service unavailable found
  invalid expired unknown session token unauthorized forbidden login required missing field value already exists does exist duplicate try again later connection reset
  response allowed method`));
