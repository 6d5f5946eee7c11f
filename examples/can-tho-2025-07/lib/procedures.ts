/**
 * Procedures of the example. Names are the plain words of common procedures; every code is invented (block 1.0099xx and
 * the sector codes), as are terms and fees.
 */
import type { UnitKind } from './units.ts';

export interface Paper { code: string; name: string }
export interface ExampleProcedure {
  code: string;
  name: string;
  sector: Paper;
  /** working days */
  term: number;
  /** VND; 0 is free of charge */
  fee: number;
  level: 3 | 4;
  handledBy: 'commune' | 'city';
  /** how common it is beside the others */
  weight: number;
  papers: readonly Paper[];
  result: Paper;
}

const SECTORS = {
  HT: { code: 'G15-HT99', name: 'Hộ tịch' },
  CT: { code: 'G15-CT99', name: 'Chứng thực' },
  BT: { code: 'G18-BT99', name: 'Bảo trợ xã hội' },
  DD: { code: 'G10-DD99', name: 'Đất đai' },
  KD: { code: 'G05-KD99', name: 'Thành lập và hoạt động của hộ kinh doanh' },
  XD: { code: 'G17-XD99', name: 'Hoạt động xây dựng' },
  VT: { code: 'G17-VT99', name: 'Đường bộ' },
  YT: { code: 'G18-YT99', name: 'Khám bệnh, chữa bệnh' },
  GD: { code: 'G03-GD99', name: 'Giáo dục và Đào tạo thuộc hệ thống giáo dục quốc dân' },
  LT: { code: 'G15-LT99', name: 'Lý lịch tư pháp' },
} as const;

export const LAND_SECTOR: string = SECTORS.DD.code;
export const SECTOR_CODES: readonly string[] = Object.values(SECTORS).map(({ code }) => code);

type Row = [number: string, sector: keyof typeof SECTORS, name: string, term: number, fee: number, by: 'commune' | 'city', weight: number, papers: string[], result: string];
const ROWS: Row[] = [
  ['01', 'HT', 'Đăng ký khai sinh', 1, 0, 'commune', 14, ['Tờ khai đăng ký khai sinh', 'Giấy chứng sinh'], 'Giấy khai sinh'],
  ['02', 'HT', 'Đăng ký kết hôn', 1, 0, 'commune', 8, ['Tờ khai đăng ký kết hôn', 'Giấy xác nhận tình trạng hôn nhân'], 'Giấy chứng nhận kết hôn'],
  ['03', 'HT', 'Đăng ký khai tử', 1, 0, 'commune', 5, ['Tờ khai đăng ký khai tử', 'Giấy báo tử'], 'Trích lục khai tử'],
  ['04', 'HT', 'Cấp Giấy xác nhận tình trạng hôn nhân', 3, 15_000, 'commune', 10, ['Tờ khai cấp giấy xác nhận', 'Giấy tờ chứng minh chỗ ở'], 'Giấy xác nhận tình trạng hôn nhân'],
  ['05', 'HT', 'Cấp bản sao trích lục hộ tịch', 1, 8_000, 'commune', 10, ['Tờ khai cấp bản sao trích lục'], 'Bản sao trích lục hộ tịch'],
  ['06', 'HT', 'Thay đổi, cải chính, bổ sung thông tin hộ tịch', 6, 20_000, 'commune', 6, ['Tờ khai thay đổi hộ tịch', 'Giấy tờ làm căn cứ thay đổi'], 'Trích lục thay đổi hộ tịch'],
  ['07', 'CT', 'Chứng thực bản sao từ bản chính', 2, 6_000, 'commune', 14, ['Bản chính giấy tờ', 'Bản sao cần chứng thực'], 'Bản sao chứng thực'],
  ['08', 'CT', 'Chứng thực hợp đồng, giao dịch', 2, 50_000, 'commune', 6, ['Dự thảo hợp đồng', 'Giấy chứng nhận quyền sở hữu'], 'Hợp đồng đã chứng thực'],
  ['09', 'BT', 'Thực hiện trợ cấp xã hội hằng tháng', 15, 0, 'commune', 9, ['Tờ khai đề nghị trợ giúp xã hội', 'Giấy xác nhận khuyết tật'], 'Quyết định trợ cấp xã hội'],
  ['10', 'BT', 'Xác định mức độ khuyết tật và cấp Giấy xác nhận', 25, 0, 'commune', 5, ['Đơn đề nghị xác định mức độ khuyết tật', 'Hồ sơ bệnh án'], 'Giấy xác nhận khuyết tật'],
  ['11', 'BT', 'Hỗ trợ chi phí mai táng', 10, 0, 'commune', 4, ['Tờ khai đề nghị hỗ trợ', 'Bản sao giấy khai tử'], 'Quyết định hỗ trợ chi phí mai táng'],
  ['12', 'DD', 'Đăng ký biến động quyền sử dụng đất do chuyển nhượng', 10, 100_000, 'commune', 10, ['Đơn đăng ký biến động', 'Hợp đồng chuyển nhượng', 'Bản gốc giấy chứng nhận'], 'Giấy chứng nhận quyền sử dụng đất'],
  ['13', 'DD', 'Xác nhận lại diện tích đất ở', 20, 0, 'commune', 4, ['Đơn đăng ký biến động đất đai', 'Giấy chứng nhận đã cấp'], 'Giấy chứng nhận đã chỉnh lý'],
  ['14', 'KD', 'Đăng ký thành lập hộ kinh doanh', 3, 100_000, 'commune', 7, ['Giấy đề nghị đăng ký hộ kinh doanh', 'Giấy tờ pháp lý của chủ hộ'], 'Giấy chứng nhận đăng ký hộ kinh doanh'],
  ['15', 'XD', 'Cấp giấy phép xây dựng nhà ở riêng lẻ', 15, 75_000, 'commune', 6, ['Đơn đề nghị cấp giấy phép xây dựng', 'Bản vẽ thiết kế', 'Giấy tờ về quyền sử dụng đất'], 'Giấy phép xây dựng'],
  ['21', 'LT', 'Cấp Phiếu lý lịch tư pháp số 1', 10, 200_000, 'city', 14, ['Tờ khai yêu cầu cấp Phiếu lý lịch tư pháp', 'Bản sao căn cước'], 'Phiếu lý lịch tư pháp'],
  ['22', 'VT', 'Đổi giấy phép lái xe', 5, 135_000, 'city', 14, ['Đơn đề nghị đổi giấy phép lái xe', 'Giấy khám sức khỏe', 'Bản sao giấy phép lái xe'], 'Giấy phép lái xe'],
  ['23', 'DD', 'Đăng ký thế chấp quyền sử dụng đất', 1, 80_000, 'city', 8, ['Phiếu yêu cầu đăng ký thế chấp', 'Hợp đồng thế chấp'], 'Giấy chứng nhận có nội dung thế chấp'],
  ['24', 'DD', 'Chuyển mục đích sử dụng đất', 20, 0, 'city', 6, ['Đơn xin chuyển mục đích sử dụng đất', 'Bản gốc giấy chứng nhận'], 'Quyết định chuyển mục đích sử dụng đất'],
  ['25', 'XD', 'Cấp chứng chỉ hành nghề hoạt động xây dựng hạng II', 15, 150_000, 'city', 4, ['Đơn đề nghị cấp chứng chỉ', 'Văn bằng chuyên môn'], 'Chứng chỉ hành nghề'],
  ['26', 'YT', 'Cấp giấy phép hành nghề khám bệnh, chữa bệnh', 30, 430_000, 'city', 3, ['Đơn đề nghị cấp giấy phép hành nghề', 'Văn bằng chuyên môn', 'Giấy khám sức khỏe'], 'Giấy phép hành nghề'],
  ['27', 'GD', 'Cấp bản sao văn bằng, chứng chỉ từ sổ gốc', 1, 0, 'city', 7, ['Đơn đề nghị cấp bản sao'], 'Bản sao văn bằng'],
  ['28', 'KD', 'Đăng ký thay đổi nội dung đăng ký doanh nghiệp', 3, 50_000, 'city', 6, ['Giấy đề nghị thay đổi', 'Biên bản họp'], 'Giấy chứng nhận đăng ký doanh nghiệp'],
  ['29', 'VT', 'Cấp phù hiệu xe kinh doanh vận tải', 2, 0, 'city', 6, ['Giấy đề nghị cấp phù hiệu', 'Bản sao giấy đăng ký xe'], 'Phù hiệu xe'],
];

export const PROCEDURES: readonly ExampleProcedure[] = ROWS.map(([no, sector, name, term, fee, handledBy, weight, papers, result]) => ({
  code: `1.0099${no}`, name, sector: SECTORS[sector], term, fee, level: fee > 100_000 ? 3 : 4, handledBy, weight,
  papers: papers.map((paper, i) => ({ code: `TP.0099${no}.${i + 1}`, name: paper })),
  result: { code: `KQ.0099${no}`, name: result },
}));

/** What a unit handles: communes their own list, everyone else the city's. The centre and the two points take both. */
export const handles = (kind: UnitKind, procedure: ExampleProcedure): boolean =>
  kind === 'centre' || kind === 'point' || (procedure.handledBy === 'commune') === (kind === 'commune');
