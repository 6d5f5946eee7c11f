/** Errors of the ledger: its key, its lock, its file. Nearly all are for the team that runs the gateway. */
import type { ErrorEntry } from './types.ts';

export const ledgerErrors = [
  {
    code: 'LT-LEDGER-LOCKED',
    who: 'operator',
    title: { vi: 'Thư mục sổ cái đang được một gateway khác sử dụng', en: 'The ledger folder is in use by another gateway' },
    cause: {
      vi: 'Mỗi thư mục dữ liệu chỉ cho phép một tiến trình ghi. Tệp ledger.lock cho biết tiến trình đang giữ khóa.',
      en: 'A data folder has one writer process. The file ledger.lock names the process that holds it.',
    },
    action: {
      vi: 'Dừng tiến trình kia, hoặc cấu hình thư mục dữ liệu khác. Khóa của tiến trình đã chết, kể cả của container cũ, tự được thu lại; không cần xóa tệp nào.',
      en: 'Stop the other process or configure another data folder. The lock of a process that died, an earlier container’s included, is taken over by itself; no file needs deleting.',
    },
  },
  {
    code: 'LT-LEDGER-TAKEN-OVER',
    who: 'operator',
    title: { vi: 'Một tiến trình khác đã chiếm sổ cái', en: 'Another process has taken the ledger over' },
    cause: {
      vi: 'Tệp khóa đã bị xóa hoặc thư mục dữ liệu được hai máy dùng chung; một gateway khác đã mở sổ cái sau gateway này.',
      en: 'The lock file was deleted, or two machines share the data folder; another gateway opened the ledger after this one.',
    },
    action: {
      vi: 'Chỉ giữ lại một gateway cho mỗi thư mục dữ liệu rồi khởi động lại. Gateway này đã ngừng ghi.',
      en: 'Keep one gateway per data folder and restart. This one has stopped writing.',
    },
  },
  {
    code: 'LT-LEDGER-OPEN-FAILED',
    who: 'operator',
    title: { vi: 'Không mở được sổ cái', en: 'The ledger cannot be opened' },
    cause: {
      vi: 'Thư mục dữ liệu không tồn tại, không ghi được, hoặc tệp cơ sở dữ liệu bị hỏng.',
      en: 'The data folder is missing or cannot be written, or the database file is damaged.',
    },
    action: {
      vi: 'Kiểm tra quyền, dung lượng đĩa và tệp ledger.db; khôi phục từ bản sao lưu nếu tệp hỏng.',
      en: 'Check permissions, disk space and the file ledger.db; restore a backup if the file is damaged.',
    },
  },
  {
    code: 'LT-LEDGER-NEWER',
    who: 'operator',
    title: { vi: 'Sổ cái được tạo bởi phiên bản mới hơn', en: 'The ledger was written by a newer version' },
    cause: {
      vi: 'Cơ sở dữ liệu có bước nâng cấp mà phiên bản này chưa biết.',
      en: 'The database holds a migration that this version does not know.',
    },
    action: {
      vi: 'Chạy lại phiên bản mới hơn, hoặc khôi phục bản sao lưu được tạo trước khi nâng cấp.',
      en: 'Run the newer version again, or restore the backup taken before the upgrade.',
    },
  },
  {
    code: 'LT-LEDGER-MIGRATION-CHANGED',
    who: 'vendor',
    title: { vi: 'Bước nâng cấp cơ sở dữ liệu đã bị thay đổi', en: 'An applied database migration has been changed' },
    cause: {
      vi: 'Mã băm của một bước đã áp dụng khác với mã băm trong chương trình.',
      en: 'The checksum of an applied migration differs from the one in the program.',
    },
    action: {
      vi: 'Dùng bản phát hành chính thức; bước đã phát hành không được sửa, chỉ được thêm bước mới.',
      en: 'Use an official release; a released migration is never edited, only followed by another.',
    },
  },
  {
    code: 'LT-LEDGER-KEY-MISSING',
    who: 'operator',
    title: { vi: 'Thiếu khóa mã hóa của sổ cái', en: 'The encryption key of the ledger is missing' },
    cause: {
      vi: 'Không có khóa trong biến môi trường, không có tệp khóa, và chế độ này không tự tạo khóa.',
      en: 'There is no key in the environment and no key file, and this mode does not create one.',
    },
    action: {
      vi: 'Đặt LIENTHONG_LEDGER_KEY (32 byte ngẫu nhiên, base64 hoặc hex) hoặc khôi phục tệp khóa. Mất khóa là mất dữ liệu cá nhân đã mã hóa.',
      en: 'Set LIENTHONG_LEDGER_KEY (32 random bytes, base64 or hex) or restore the key file. Without the key the encrypted data cannot be read.',
    },
  },
  {
    code: 'LT-LEDGER-KEY-FORMAT',
    who: 'operator',
    title: { vi: 'Khóa mã hóa sai định dạng', en: 'The encryption key is malformed' },
    cause: {
      vi: 'Khóa phải là đúng 32 byte, viết bằng base64 hoặc hex.',
      en: 'A key is exactly 32 bytes, written as base64 or hex.',
    },
    action: {
      vi: 'Tạo khóa bằng: openssl rand -base64 32. Khi thay khóa, ghi khóa mới trước, khóa cũ sau, cách nhau bằng dấu phẩy hoặc xuống dòng.',
      en: 'Make one with: openssl rand -base64 32. To rotate, write the new key first, then the old ones, separated by commas or line breaks.',
    },
  },
  {
    code: 'LT-LEDGER-KEY-WEAK',
    who: 'operator',
    title: { vi: 'Khóa mã hóa đoán được', en: 'The encryption key can be guessed' },
    cause: {
      vi: 'Khóa toàn số 0, lặp lại, là dãy liên tiếp, là văn bản, hoặc là khóa mẫu ai cũng biết.',
      en: 'The key is all zero, repetitive, a counting sequence, plain text or a well-known sample.',
    },
    action: { vi: 'Tạo khóa ngẫu nhiên bằng: openssl rand -base64 32.', en: 'Make a random key with: openssl rand -base64 32.' },
  },
  {
    code: 'LT-LEDGER-KEY-EXPOSED',
    who: 'operator',
    title: { vi: 'Người khác đọc được tệp khóa', en: 'Others can read the key file' },
    cause: {
      vi: 'Quyền của tệp khóa cho phép nhóm hoặc người dùng khác truy cập, hoặc đó không phải tệp thường.',
      en: 'The mode of the key file lets the group or other users in, or it is not a regular file.',
    },
    action: {
      vi: 'Chạy chmod 600 trên tệp khóa; nếu khóa có thể đã lộ, hãy thay khóa.',
      en: 'Run chmod 600 on the key file; if the key may have leaked, rotate it.',
    },
  },
  {
    code: 'LT-LEDGER-KEY-WRONG',
    who: 'operator',
    title: { vi: 'Khóa mã hóa không khớp với sổ cái này', en: 'The encryption key does not fit this ledger' },
    cause: {
      vi: 'Sổ cái đã được ghi bằng khóa khác, hoặc thiếu một khóa cũ trong danh sách.',
      en: 'The ledger was written with another key, or an older key is missing from the list.',
    },
    action: {
      vi: 'Khôi phục đúng khóa của sổ cái. Khi thay khóa, giữ mọi khóa cũ sau khóa mới.',
      en: 'Restore the key of this ledger. When rotating, keep every old key behind the new one.',
    },
  },
  {
    code: 'LT-LEDGER-UNREADABLE',
    who: 'operator',
    title: { vi: 'Không giải mã được một bản ghi', en: 'A record cannot be decrypted' },
    cause: {
      vi: 'Nội dung mã hóa đã bị sửa, bị chuyển sang dòng khác, hoặc đĩa hỏng.',
      en: 'The ciphertext was changed, moved to another row, or the disk is damaged.',
    },
    action: {
      vi: 'Chạy kiểm tra chuỗi băm để biết bản ghi hỏng đầu tiên và khôi phục từ bản sao lưu.',
      en: 'Verify the hash chain to find the first broken record and restore a backup.',
    },
  },
  {
    code: 'LT-LEDGER-BODY-EXPIRED',
    who: 'operator',
    title: { vi: 'Nội dung đã hết thời hạn lưu', en: 'The content has outlived its retention' },
    cause: {
      vi: 'Chính sách lưu trữ đã đưa nội dung của thay đổi này vào tệp lưu trữ; sổ cái chỉ còn mã băm.',
      en: 'The retention policy has moved the content of this change to an archive file; the ledger keeps its hash alone.',
    },
    action: {
      vi: 'Gửi lại hồ sơ từ hệ thống nguồn nếu vẫn cần chuyển đi; tra cứu nội dung cũ trong tệp lưu trữ.',
      en: 'Send the dossier again from its source system if it still has to go out; look the old content up in the archive file.',
    },
  },
  {
    code: 'LT-LEDGER-WRITE-FAILED',
    http: 503,
    who: 'operator',
    title: { vi: 'Không ghi được vào sổ cái', en: 'The ledger could not be written' },
    cause: {
      vi: 'Đĩa đầy, vượt giới hạn dung lượng của sổ cái, hoặc cơ sở dữ liệu từ chối bản ghi. Không có gì được xác nhận.',
      en: 'The disk is full, the size limit of the ledger is reached, or the database refused the record. Nothing was acknowledged.',
    },
    action: { vi: 'Giải phóng dung lượng rồi gửi lại.', en: 'Free some space, then send again.' },
  },
  {
    code: 'LT-LEDGER-UNREACHABLE',
    http: 503,
    who: 'operator',
    title: { vi: 'Không kết nối được cơ sở dữ liệu của sổ cái', en: 'The database of the ledger is out of reach' },
    cause: {
      vi: 'PostgreSQL đang dừng, khởi động lại hoặc mất mạng. Kết quả của lần ghi cuối có thể chưa rõ; gửi lại là an toàn.',
      en: 'PostgreSQL is down, restarting or cut off. What became of the last write may be unknown; sending it again is safe.',
    },
    action: {
      vi: 'Kiểm tra PostgreSQL và đường mạng; gateway tự kết nối lại.',
      en: 'Check PostgreSQL and the network; the gateway connects again by itself.',
    },
  },
  {
    code: 'LT-LEDGER-NO-FSYNC',
    who: 'operator',
    title: { vi: 'PostgreSQL không chờ đĩa ghi xong', en: 'PostgreSQL does not wait for its disk' },
    cause: {
      vi: 'Máy chủ chạy với fsync = off: mất điện có thể làm mất dữ liệu đã xác nhận và hỏng cơ sở dữ liệu.',
      en: 'The server runs with fsync = off: a power cut can lose what was acknowledged and damage the database.',
    },
    action: { vi: 'Đặt fsync = on, trừ khi đây là máy thử nghiệm.', en: 'Set fsync = on, unless this is a test server.' },
  },
  {
    code: 'LT-LEDGER-DRIVER-MISSING',
    who: 'operator',
    title: { vi: 'Thiếu thư viện kết nối PostgreSQL', en: 'The PostgreSQL driver is not installed' },
    cause: {
      vi: 'Cấu hình chọn sổ cái trên PostgreSQL nhưng gói "pg" chưa được cài.',
      en: 'The configuration asks for a ledger on PostgreSQL, but the package "pg" is not there.',
    },
    action: { vi: 'Chạy: npm install pg', en: 'Run: npm install pg' },
  },
  {
    code: 'LT-LEDGER-BROKEN',
    http: 503,
    who: 'operator',
    title: { vi: 'Sổ cái đã ngừng hoạt động', en: 'The ledger has stopped' },
    cause: {
      vi: 'Đĩa báo lỗi khi ghi hoặc luồng của sổ cái dừng đột ngột; kết quả của lần ghi cuối không chắc chắn nên không ghi tiếp.',
      en: 'The disk reported an error or the ledger thread died; the last write is uncertain, so nothing more is written.',
    },
    action: {
      vi: 'Kiểm tra đĩa và khởi động lại gateway; dữ liệu đã xác nhận vẫn còn.',
      en: 'Check the disk and restart the gateway; everything acknowledged is still there.',
    },
  },
  {
    code: 'LT-LEDGER-CLOSED',
    http: 503,
    who: 'operator',
    title: { vi: 'Sổ cái đã đóng', en: 'The ledger is closed' },
    cause: { vi: 'Gateway đang dừng.', en: 'The gateway is shutting down.' },
    action: { vi: 'Gửi lại sau khi gateway khởi động xong.', en: 'Send again once the gateway is up.' },
  },
  {
    code: 'LT-LEDGER-BUSY',
    http: 503,
    who: 'operator',
    title: { vi: 'Sổ cái đang quá tải', en: 'The ledger is overloaded' },
    cause: {
      vi: 'Số yêu cầu đang chờ ghi vượt giới hạn.',
      en: 'More calls wait for the ledger than the bound allows.',
    },
    action: { vi: 'Giảm tốc độ gửi và gửi lại.', en: 'Slow down and send again.' },
  },
  {
    code: 'LT-LEDGER-LEASE-LOST',
    who: 'operator',
    title: { vi: 'Quyền xử lý hàng đợi đã hết', en: 'The claim on the lane has been lost' },
    cause: {
      vi: 'Quyền giữ hàng đợi đã hết hạn hoặc đã được cấp cho tiến trình khác; cập nhật bị từ chối để không làm sai thứ tự.',
      en: 'The lease ran out or went to another worker; the update is refused so that order holds.',
    },
    action: {
      vi: 'Không cần làm gì; hàng đợi được xử lý lại. Nếu lặp lại thường xuyên, tăng thời hạn giữ.',
      en: 'Nothing to do; the lane is taken up again. If it happens often, lengthen the lease.',
    },
  },
  {
    code: 'LT-LEDGER-CLOCK',
    who: 'operator',
    title: { vi: 'Đồng hồ của máy này lệch so với cơ sở dữ liệu', en: 'This machine’s clock differs from the database’s' },
    cause: {
      vi: 'Hai đồng hồ lệch nhau hơn 5 giây. Ai đang hoạt động thì tính theo đồng hồ của cơ sở dữ liệu, nhưng hạn gửi và thời điểm ghi nhận tính theo đồng hồ của máy.',
      en: 'The two clocks are more than 5 seconds apart. Who is alive is decided by the database’s clock, but due times and times of record come from the machine’s.',
    },
    action: {
      vi: 'Bật đồng bộ thời gian (NTP) trên máy này và trên máy chủ cơ sở dữ liệu.',
      en: 'Turn on time synchronisation (NTP) on this machine and on the database server.',
    },
  },
  {
    code: 'LT-LEDGER-INTERRUPTED',
    who: 'operator',
    title: { vi: 'Lần gửi bị ngắt giữa chừng', en: 'The attempt was interrupted' },
    cause: {
      vi: 'Gateway dừng hoặc mất quyền giữ hàng đợi khi yêu cầu đang trên đường truyền; không biết phía nhận đã xử lý hay chưa.',
      en: 'The gateway stopped or lost its lease while the call was on the wire; whether it took effect is not known.',
    },
    action: {
      vi: 'Gateway tự hỏi lại phía nhận trước khi gửi tiếp.',
      en: 'The gateway asks the upstream before it goes on.',
    },
  },
  {
    code: 'LT-LEDGER-INVALID',
    http: 400,
    who: 'vendor',
    title: { vi: 'Bản ghi không hợp lệ cho sổ cái', en: 'The record is not fit for the ledger' },
    cause: {
      vi: 'Thiếu mã hồ sơ, kiểu dữ liệu sai hoặc vượt giới hạn kích thước.',
      en: 'A dossier code is missing, a type is wrong or a size limit is exceeded.',
    },
    action: { vi: 'Sửa chương trình gọi.', en: 'Correct the calling program.' },
  },
  {
    code: 'LT-LEDGER-TARGET-NOT-EMPTY',
    who: 'operator',
    title: { vi: 'Nơi đích đã có dữ liệu', en: 'The target holds data already' },
    cause: {
      vi: 'Thư mục xuất, thư mục sổ cái hoặc cơ sở dữ liệu đích không trống; không có gì bị ghi đè.',
      en: 'The folder of an export, the ledger folder or the database to write to is not empty; nothing is overwritten.',
    },
    action: { vi: 'Chọn nơi trống, hoặc tự chuyển dữ liệu cũ đi sau khi đã kiểm tra.', en: 'Choose an empty place, or move the old data away yourself once you have looked at it.' },
  },
  {
    code: 'LT-LEDGER-COPY-UNSOUND',
    who: 'operator',
    title: { vi: 'Bản sao sổ cái không toàn vẹn', en: 'The copy of the ledger is not sound' },
    cause: {
      vi: 'Tệp không phải sổ cái, bị hỏng, chuỗi băm bị đứt, hoặc số lượng không khớp.',
      en: 'The file is no ledger or is damaged, its hash chain is broken, or its numbers do not agree.',
    },
    action: { vi: 'Không dùng bản sao này. Sao lưu lại, hoặc khôi phục từ bản trước đó; kiểm tra ổ đĩa.', en: 'Do not use this copy. Back up again, or restore an earlier one; check the disk.' },
  },
  {
    code: 'LT-LEDGER-MOVE-DIFFERS',
    who: 'operator',
    title: { vi: 'Sổ cái sau khi chuyển khác với nguồn', en: 'The moved ledger differs from its source' },
    cause: {
      vi: 'Số dòng hoặc mã băm của một bảng ở đích khác với nguồn, hoặc chuỗi băm không toàn vẹn.',
      en: 'Rows or digest of a table differ between target and source, or the hash chain is not whole.',
    },
    action: { vi: 'Tiếp tục dùng nguồn, xoá cơ sở dữ liệu đích và chuyển lại. Nguồn không bị thay đổi.', en: 'Go on with the source, drop the target and move again. The source was not changed.' },
  },
  {
    code: 'LT-LEDGER-FILE-TOO-LARGE',
    who: 'operator',
    title: { vi: 'Tệp quá lớn để lưu trong sổ cái', en: 'The file is too large for the ledger to keep' },
    cause: {
      vi: 'Nội dung một tệp lớn hơn ledger.maxFileBytes (mặc định 20 MB).',
      en: 'The content of a file is larger than ledger.maxFileBytes (20 MB by default).',
    },
    action: { vi: 'Nếu đúng là cần tệp lớn như vậy thì tăng ledger.maxFileBytes; nếu không, yêu cầu bên gửi giảm dung lượng.', en: 'Raise ledger.maxFileBytes if files that large are wanted; otherwise have the sender make it smaller.' },
  },
] as const satisfies readonly ErrorEntry[];
