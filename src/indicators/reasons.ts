/** Why a dossier does not count, and what mends it. Codes are stable. */
import type { Text } from '../contract/errors/types.ts';

export interface Reason {
  text: Text;
  repair: Text;
  /** the portal's field that it hangs on */
  field?: string;
}

const say = (vi: string, en: string, repairVi: string, repairEn: string, field?: string): Reason =>
  ({ text: { vi, en }, repair: { vi: repairVi, en: repairEn }, ...(field === undefined ? {} : { field }) });

export const REASONS = {
  'needs-receipt-date': say('Thiếu NgayTiepNhan', 'Needs NgayTiepNhan', 'Ghi ngày tiếp nhận tại hệ thống một cửa rồi đồng bộ lại.', 'Record the date of receipt in the one-stop system and synchronise again.', 'NgayTiepNhan'),
  'needs-end-date': say('Thiếu NgayKetThucXuLy: thời điểm kết thúc bị lấy theo ngày trả kết quả hoặc cuối kỳ', 'Needs NgayKetThucXuLy: the hand-over or the end of the period is taken instead', 'Ghi thời điểm xử lý xong (bước trạng thái 9) rồi đồng bộ lại.', 'Record when handling ended (a step with status 9) and synchronise again.', 'NgayKetThucXuLy'),
  'needs-due-date': say('Thiếu NgayHenTra và không có thời hạn tối đa của thủ tục', 'Needs NgayHenTra, and the procedure’s statutory maximum is not known', 'Ghi ngày hẹn trả, hoặc khai thời hạn tối đa của thủ tục trong danh mục.', 'Record the due date, or give the procedure’s maximum in the register.', 'NgayHenTra'),
  'second-supplement': say('Yêu cầu bổ sung từ hai lần và chưa giải quyết xong: tính là quá hạn', 'A second supplement request and not ended: counts as late', 'Giải quyết xong trong hạn; từ nay hướng dẫn đầy đủ một lần. Nếu một bước bị ghi trùng thì sửa ở hệ thống nguồn.', 'End it within the term; from now on ask once for everything. Where a step was recorded twice, correct it in the source system.', 'DanhSachHoSoBoSung'),
  'ended-late': say('Kết thúc sau ngày hẹn trả', 'Ended after the due date', 'Không sửa được sau khi đã trễ; gửi phiếu xin lỗi và hẹn lại. Kiểm tra thời gian bổ sung đã được ghi đủ chưa.', 'Cannot be mended afterwards; send the apology with a new date. Check that answered supplements are recorded with both times.', 'NgayHenTra'),
  'open-late': say('Chưa giải quyết xong và đã quá hạn', 'Still open and past its due date', 'Giải quyết ngay; mỗi ngày thêm vẫn là một hồ sơ trễ.', 'Handle it now; it stays one late dossier however long it takes.', 'NgayHenTra'),
  'supplement-late': say('Yêu cầu bổ sung được gửi sau ngày hẹn trả', 'Papers were asked for after the due date', 'Không sửa được; yêu cầu bổ sung phải gửi trong hạn.', 'Cannot be mended; papers must be asked for within the term.', 'DanhSachHoSoBoSung'),
  'not-synchronised': say('Chưa đồng bộ được lên Cổng Dịch vụ công quốc gia', 'Not synchronised to the national portal', 'Xem lượt trao đổi của hồ sơ, sửa lỗi được báo rồi gửi lại.', 'Look at the dossier’s exchanges, mend what is reported, and send it again.'),
  'not-online': say('Nộp trực tiếp hoặc qua bưu chính', 'Filed in person or by post', 'Hướng dẫn nộp trực tuyến từ lần sau; kiểm tra KenhThucHien nếu thực tế đã nộp trực tuyến.', 'Advise filing online next time; check KenhThucHien if it was in fact filed online.', 'KenhThucHien'),
  'needs-electronic-result': say('Thiếu kết quả điện tử: cần cả MaGiayToKetQua và DuongDanTepTinKetQua', 'Needs an electronic result: both MaGiayToKetQua and DuongDanTepTinKetQua', 'Đính kèm bản điện tử của kết quả với mã giấy tờ rồi đồng bộ lại.', 'Attach the electronic result with its paper code and synchronise again.', 'DanhSachGiayToKetQua'),
  'needs-result-file': say('Chưa có tệp kết quả (DuongDanTepTinKetQua)', 'No result file (DuongDanTepTinKetQua)', 'Đính kèm tệp kết quả đã ký số rồi đồng bộ lại.', 'Attach the signed result file and synchronise again.', 'DuongDanTepTinKetQua'),
  'needs-component-file': say('Không có tệp thành phần hồ sơ', 'No file of any component', 'Số hóa giấy tờ khi tiếp nhận và đính kèm.', 'Scan the papers at reception and attach them.', 'TaiLieuNop'),
  'not-paid-online': say('Có phí, lệ phí nhưng chưa thanh toán trực tuyến', 'A fee is owed and was not paid online', 'Hướng dẫn thanh toán qua Cổng DVCQG hoặc cổng của tỉnh.', 'Advise paying through the national portal or the province’s gateway.', 'DuocThanhToanTrucTuyen'),
  'no-digitised-data': say('Không khai thác lại dữ liệu số hóa (HoSoCoThanhPhanSoHoa = 0)', 'No digitised data re-used (HoSoCoThanhPhanSoHoa = 0)', 'Số hóa thành phần hoặc dùng lại bản số hóa đã có, đặt HoSoCoThanhPhanSoHoa = 1.', 'Digitise a component or use one that is there, and set HoSoCoThanhPhanSoHoa = 1.', 'HoSoCoThanhPhanSoHoa'),
  'not-from-repository': say('Không có thành phần lấy từ kho dữ liệu quốc gia (DuocLayTuKhoDMQG = 0)', 'No component from the national repository (DuocLayTuKhoDMQG = 0)', 'Lấy giấy tờ đã có từ kho dữ liệu của tổ chức, cá nhân.', 'Take papers that are there from the repository of the person or firm.', 'DuocLayTuKhoDMQG'),
  'no-population-data': say('Không dùng dữ liệu dân cư: tài khoản chưa xác thực VNeID, không tra cứu cơ sở dữ liệu', 'No population data used: the account is not verified through VNeID and the database was not asked', 'Đăng nhập bằng VNeID hoặc tra cứu dữ liệu dân cư khi tiếp nhận.', 'Log in through VNeID, or ask the population database at reception.', 'TaiKhoanDuocXacThucVoiVNeID'),
  'not-so': say('Không thuộc tử số của chỉ tiêu', 'Not in the numerator', 'Không cần sửa: chỉ tiêu này đếm một trạng thái.', 'Nothing to mend: this figure counts a state.'),
} as const satisfies Record<string, Reason>;
export type ReasonCode = keyof typeof REASONS;
