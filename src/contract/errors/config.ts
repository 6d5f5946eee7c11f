import type { ErrorEntry } from './types.ts';

/** What is wrong with the gateway's configuration; all of it is told at once, and the gateway does not start. */
export const configErrors = [
  {
    code: 'LT-CONFIG-UNREADABLE', who: 'operator',
    title: { vi: 'Không đọc được tệp cấu hình', en: 'The configuration file cannot be read' },
    cause: { vi: 'Tệp không tồn tại, không có quyền đọc, hoặc lớn hơn 1 MB.', en: 'The file does not exist, may not be read, or is larger than 1 MB.' },
    action: { vi: 'Kiểm tra đường dẫn và quyền của tệp.', en: 'Check the path and the permissions of the file.' },
  },
  {
    code: 'LT-CONFIG-SYNTAX', who: 'operator',
    title: { vi: 'Tệp cấu hình sai cú pháp', en: 'The configuration file has a syntax error' },
    cause: { vi: 'Nội dung không phải YAML hoặc JSON đúng cú pháp, hoặc có khoá lặp lại.', en: 'The content is neither valid YAML nor JSON, or repeats a key.' },
    action: { vi: 'Sửa tại dòng và cột được báo.', en: 'Mend it at the line and column reported.' },
  },
  {
    code: 'LT-CONFIG-ENV-MISSING', who: 'operator',
    title: { vi: 'Thiếu biến môi trường', en: 'An environment variable is missing' },
    cause: { vi: 'Cấu hình có ${TÊN} nhưng biến đó chưa được đặt hoặc để trống.', en: 'The configuration says ${NAME}, but that variable is not set, or is empty.' },
    action: { vi: 'Đặt biến môi trường trước khi khởi động; muốn viết đúng chữ "${" thì viết "$${".', en: 'Set the variable before starting; to write a literal "${", write "$${".' },
  },
  {
    code: 'LT-CONFIG-UNKNOWN-KEY', who: 'operator',
    title: { vi: 'Khoá cấu hình không được biết đến', en: 'An unknown configuration key' },
    cause: { vi: 'Khoá không có trong lược đồ cấu hình; thường do viết sai tên.', en: 'The key is not in the configuration schema; most often it is misspelt.' },
    action: { vi: 'Sửa tên khoá theo schemas/config.schema.json hoặc bỏ khoá đó.', en: 'Correct the name as in schemas/config.schema.json, or remove the key.' },
  },
  {
    code: 'LT-CONFIG-REQUIRED', who: 'operator',
    title: { vi: 'Thiếu khoá cấu hình bắt buộc', en: 'A required configuration key is missing' },
    cause: { vi: 'Phần cấu hình này cần khoá được chỉ ra.', en: 'This section needs the key that is named.' },
    action: { vi: 'Bổ sung khoá theo tài liệu cấu hình.', en: 'Add the key as the configuration’s documentation shows.' },
  },
  {
    code: 'LT-CONFIG-VALUE', who: 'operator',
    title: { vi: 'Giá trị cấu hình không hợp lệ', en: 'A configuration value is not valid' },
    cause: { vi: 'Giá trị sai kiểu, sai khuôn dạng hoặc nằm ngoài khoảng cho phép. Lưu ý: trong YAML, mã số có số 0 ở đầu phải đặt trong dấu nháy.', en: 'The value has the wrong type or form, or is out of range. Note that in YAML a code with a leading zero must be quoted.' },
    action: { vi: 'Sửa giá trị theo schemas/config.schema.json.', en: 'Correct the value as in schemas/config.schema.json.' },
  },
  {
    code: 'LT-CONFIG-PLACEHOLDER-SECRET', who: 'operator',
    title: { vi: 'Bí mật mặc định hoặc mật khẩu mẫu', en: 'A default or example secret' },
    cause: { vi: 'Giá trị bí mật là một từ ai cũng đoán được, hoặc chép từ ví dụ của tài liệu.', en: 'The secret is a word that anyone would guess, or is copied from the documentation’s example.' },
    action: { vi: 'Đặt bí mật thật, nên lấy từ biến môi trường: ${TÊN_BIẾN}.', en: 'Set a real secret, best from the environment: ${VARIABLE_NAME}.' },
  },
  {
    code: 'LT-CONFIG-KEYS-REQUIRED', who: 'operator',
    title: { vi: 'Phải có khoá API khi mở cổng ra ngoài máy', en: 'API keys are required off loopback' },
    cause: { vi: 'server.host không phải địa chỉ nội bộ (127.0.0.1, ::1, localhost) mà apiKeys để trống.', en: 'server.host is not a loopback address (127.0.0.1, ::1, localhost), but apiKeys is empty.' },
    action: { vi: 'Tạo khoá và khai báo trong apiKeys, hoặc chỉ lắng nghe trên 127.0.0.1.', en: 'Create a key and list it in apiKeys, or listen on 127.0.0.1 only.' },
  },
  {
    code: 'LT-CONFIG-PROXY-WITHOUT-KEYS', who: 'operator',
    title: { vi: 'Phải có khoá API khi đặt proxy phía trước', en: 'API keys are required behind a proxy' },
    cause: { vi: 'server.trustProxy được khai báo mà apiKeys để trống: mọi lời gọi qua proxy đều đến từ máy này, nên ai cũng vào được.', en: 'server.trustProxy is set, but apiKeys is empty: every call that a proxy passes on comes from this machine, so that anybody would be let in.' },
    action: { vi: 'Tạo khoá và khai báo trong apiKeys, hoặc bỏ server.trustProxy và gọi thẳng từ máy này.', en: 'Create a key and list it in apiKeys, or remove server.trustProxy and call from this machine directly.' },
  },
  {
    code: 'LT-CONFIG-DATABASE-URL', who: 'operator',
    title: { vi: 'Thiếu hoặc sai địa chỉ PostgreSQL', en: 'The address of PostgreSQL is missing or wrong' },
    cause: { vi: 'ledger.engine là postgres nhưng không có ledger.url lẫn biến DATABASE_URL, hoặc địa chỉ không có dạng postgres://người_dùng:mật_khẩu@máy:cổng/tên.', en: 'ledger.engine is postgres, but there is neither ledger.url nor the variable DATABASE_URL, or the address is not of the form postgres://user:password@host:port/database.' },
    action: { vi: 'Đặt DATABASE_URL, hoặc ledger.url: "${TÊN_BIẾN}". Ký tự đặc biệt trong mật khẩu phải mã hoá phần trăm.', en: 'Set DATABASE_URL, or ledger.url: "${VARIABLE_NAME}". Percent-encode special characters of the password.' },
  },
  {
    code: 'LT-CONFIG-DATABASE-UNUSED', who: 'operator',
    title: { vi: 'Có địa chỉ PostgreSQL nhưng sổ cái là SQLite', en: 'An address of PostgreSQL, but the ledger is SQLite' },
    cause: { vi: 'ledger.url được khai báo mà ledger.engine không phải postgres, nên địa chỉ không được dùng.', en: 'ledger.url is set while ledger.engine is not postgres, so that it would not be used.' },
    action: { vi: 'Đặt ledger.engine: postgres, hoặc bỏ ledger.url.', en: 'Set ledger.engine: postgres, or remove ledger.url.' },
  },
  {
    code: 'LT-CONFIG-DUPLICATE-KEY', who: 'operator',
    title: { vi: 'Khoá API trùng nhau', en: 'API keys repeat' },
    cause: { vi: 'Hai mục trong apiKeys có cùng tên hoặc cùng mã băm, nên không biết ai đã gọi.', en: 'Two entries of apiKeys share a name or a hash, so that it cannot be known who called.' },
    action: { vi: 'Mỗi hệ thống gọi dùng một khoá và một tên riêng.', en: 'Give every caller a key and a name of its own.' },
  },
  {
    code: 'LT-CONFIG-DUPLICATE-NAME', who: 'operator',
    title: { vi: 'Tên trùng nhau', en: 'A name repeats' },
    cause: { vi: 'Hai mục trong danh sách có cùng tên, nên nhật ký và số đo không phân biệt được.', en: 'Two entries of the list share a name, so that logs and metrics could not tell them apart.' },
    action: { vi: 'Đặt cho mỗi mục một tên riêng.', en: 'Give every entry a name of its own.' },
  },
  {
    code: 'LT-CONFIG-ADAPTER-UNKNOWN', who: 'operator',
    title: { vi: 'Không có bộ kết nối này', en: 'There is no such adapter' },
    cause: { vi: 'Khoá "adapter" không trùng với bộ kết nối nào của bản cài đặt.', en: 'The "adapter" key names no adapter of this installation.' },
    action: { vi: 'Dùng một trong các tên được liệt kê.', en: 'Use one of the names that are listed.' },
  },
  {
    code: 'LT-CONFIG-ADAPTER-ROLE', who: 'operator',
    title: { vi: 'Bộ kết nối không làm được vai trò này', en: 'The adapter cannot play this part' },
    cause: { vi: 'Bộ kết nối đặt trong "sources" không đọc được hồ sơ từ nguồn, hoặc không đọc được theo chế độ đã chọn.', en: 'The adapter under "sources" cannot read dossiers, or not in the chosen mode.' },
    action: { vi: 'Chọn bộ kết nối khác, hoặc đổi "mode".', en: 'Choose another adapter, or change "mode".' },
  },
  {
    code: 'LT-CONFIG-ADAPTER-REFUSED', who: 'operator',
    title: { vi: 'Bộ kết nối từ chối cấu hình của nó', en: 'The adapter refuses its configuration' },
    cause: { vi: 'Phần cấu hình đúng lược đồ nhưng bộ kết nối không dùng được.', en: 'The section follows its schema, but the adapter cannot work with it.' },
    action: { vi: 'Đọc chi tiết kèm theo và tài liệu của bộ kết nối.', en: 'Read the detail and the adapter’s documentation.' },
  },
  {
    code: 'LT-CONFIG-UPSTREAM-UNKNOWN', who: 'operator',
    title: { vi: 'Hệ thống đích chưa được khai báo', en: 'An upstream that is not configured' },
    cause: { vi: 'Cấu hình nhắc tới một hệ thống đích không có trong phần upstreams.', en: 'The configuration speaks of an upstream that is not among those under upstreams.' },
    action: { vi: 'Sửa tên, hoặc khai báo hệ thống đó trong upstreams.', en: 'Correct the name, or configure that upstream under upstreams.' },
  },
  {
    code: 'LT-CONFIG-OPERATION-UNKNOWN', who: 'operator',
    title: { vi: 'Adapter không có thao tác này', en: 'An operation that the adapter does not have' },
    cause: { vi: 'Giới hạn được đặt cho một thao tác mà adapter của hệ thống đích không có.', en: 'A limit is set for an operation that the upstream’s adapter does not have.' },
    action: { vi: 'Chọn một trong các thao tác được liệt kê.', en: 'Choose one of the operations listed.' },
  },
  {
    code: 'LT-CONFIG-CALENDAR-NEVER-OPEN', who: 'operator',
    title: { vi: 'Lịch gọi không bao giờ mở', en: 'A calendar that never opens' },
    cause: { vi: 'Giờ được gọi, giờ ngừng, ngày làm việc và các đợt bảo trì cộng lại không còn lúc nào được gọi trong hơn một năm.', en: 'Hours, downtime, working days and maintenance together leave no moment for a call in more than a year.' },
    action: { vi: 'Xem lại phần calendar của hệ thống đích này.', en: 'Look at the calendar of this upstream again.' },
  },
] as const satisfies readonly ErrorEntry[];
