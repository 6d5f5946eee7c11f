import type { ErrorEntry } from './types.ts';

/** What can keep a person from being signed in through VNeID or the national portal. */
export const vneidLoginErrors = [
  {
    code: 'LT-VNEID-LOGIN-RETURN', who: 'vendor', http: 400,
    title: { vi: 'Địa chỉ quay về không được phép', en: 'The address to return to is not allowed' },
    cause: { vi: 'returnTo không phải đường dẫn trong cùng trang (bắt đầu bằng một dấu "/").', en: 'returnTo is no path of the same site (one "/" at its start).' },
    action: { vi: 'Chỉ truyền đường dẫn của chính cổng, ví dụ /ho-so.', en: 'Give a path of the portal itself only, such as /ho-so.' },
  },
  {
    code: 'LT-VNEID-LOGIN-CALLBACK', who: 'vendor', http: 400,
    title: { vi: 'Lời gọi quay về không đọc được', en: 'The callback cannot be read' },
    cause: { vi: 'Thiếu code, có tham số lặp lại, hoặc chuỗi truy vấn quá dài hay sai mã hóa.', en: 'There is no code, a parameter comes twice, or the query is too long or wrongly encoded.' },
    action: { vi: 'Đăng nhập lại. Nếu luôn xảy ra: chuyển nguyên chuỗi truy vấn cho finish, không giải mã trước.', en: 'Sign in again. Where it always happens: hand the query to finish as it is, not decoded before.' },
  },
  {
    code: 'LT-VNEID-LOGIN-TRANSACTION', who: 'vendor', http: 400,
    title: { vi: 'Không phải lần đăng nhập bắt đầu từ trình duyệt này', en: 'This sign-in was not begun in this browser' },
    cause: { vi: 'Cookie của lần đăng nhập không có, bị sửa, thuộc cấu hình khác, hoặc đã đổi transactionSecret.', en: 'The cookie of the sign-in is missing, was altered, belongs to another configuration, or transactionSecret was changed.' },
    action: { vi: 'Đăng nhập lại từ đầu trong cùng trình duyệt, có bật cookie.', en: 'Begin again in the same browser, with cookies allowed.' },
  },
  {
    code: 'LT-VNEID-LOGIN-EXPIRED', who: 'vendor', http: 400,
    title: { vi: 'Lần đăng nhập đã quá hạn', en: 'The sign-in has expired' },
    cause: { vi: 'Từ lúc bấm đăng nhập đến lúc quay về lâu hơn transactionMinutes.', en: 'It took longer than transactionMinutes from the button to the callback.' },
    action: { vi: 'Đăng nhập lại từ đầu.', en: 'Begin again.' },
  },
  {
    code: 'LT-VNEID-LOGIN-STATE', who: 'vendor', http: 400,
    title: { vi: 'Giá trị state không khớp', en: 'The state does not match' },
    cause: { vi: 'Lời gọi quay về không mang state của lần đăng nhập này: của trình duyệt khác, của một thẻ khác, hoặc giả mạo.', en: 'The callback does not carry the state of this sign-in: it is of another browser or another tab, or forged.' },
    action: { vi: 'Đăng nhập lại từ đầu, trong một thẻ duy nhất.', en: 'Begin again, in one tab.' },
  },
  {
    code: 'LT-VNEID-LOGIN-REPLAY', who: 'vendor', http: 400,
    title: { vi: 'Lần đăng nhập này đã được dùng', en: 'This sign-in was used already' },
    cause: { vi: 'Cùng một lời gọi quay về được gửi lần nữa: tải lại trang, nút quay lại, hoặc bị kẻ khác ghi lại.', en: 'The same callback came again: a reload, the back button, or somebody who recorded it.' },
    action: { vi: 'Đăng nhập lại từ đầu.', en: 'Begin again.' },
  },
  {
    code: 'LT-VNEID-LOGIN-DENIED', who: 'province', http: 403,
    title: { vi: 'Hệ thống xác thực không cho đăng nhập', en: 'The identity provider did not let the person in' },
    cause: { vi: 'Nó trả tham số error; access_denied nghĩa là người dùng đã hủy.', en: 'It answered with the parameter error; access_denied means that the person cancelled.' },
    action: { vi: 'access_denied: đăng nhập lại. Mã khác: gửi mã cho đơn vị cấp client_id.', en: 'access_denied: sign in again. Another code: tell it to those who issued client_id.' },
  },
  {
    code: 'LT-VNEID-LOGIN-DECRYPT', who: 'operator', http: 502,
    title: { vi: 'Không giải mã được dữ liệu đăng nhập', en: 'What the sign-in brought cannot be decrypted' },
    cause: { vi: 'Khóa riêng không phải là nửa kia của khóa đã đăng ký, hoặc khóa AES không dài 16, 24 hay 32 byte, hoặc dấu + trong chuỗi truy vấn đã bị đổi thành dấu cách.', en: 'The private key is not the other half of the registered one, or the AES key is not of 16, 24 or 32 bytes, or a + in the query has become a space.' },
    action: { vi: 'Đối chiếu privateKey với khóa công khai đã đăng ký; chuyển nguyên chuỗi truy vấn cho finish.', en: 'Compare privateKey with the registered public key; hand the query to finish as it is.' },
  },
  {
    code: 'LT-VNEID-LOGIN-PLAIN', who: 'operator', http: 502,
    title: { vi: 'Câu trả lời không mã hóa', en: 'An answer that is not encrypted' },
    cause: { vi: 'Cấu hình encryption là required, nhưng code, token hoặc userinfo đến ở dạng rõ.', en: 'The setting encryption is required, and code, token or userinfo came in the clear.' },
    action: { vi: 'Hỏi đơn vị vận hành VNeID; chỉ dùng encryption: auto khi họ xác nhận.', en: 'Ask the operator of VNeID; use encryption: auto only if they confirm it.' },
  },
  {
    code: 'LT-VNEID-LOGIN-CODE', who: 'vendor', http: 502,
    title: { vi: 'Mã code không được chấp nhận', en: 'The code was not accepted' },
    cause: { vi: 'Code chỉ sống vài giây và dùng một lần: quay về quá chậm, đã dùng, hoặc redirectUri khác lúc đăng ký.', en: 'A code lives for seconds and works once: the callback was slow, the code was used, or redirectUri is not the registered one.' },
    action: { vi: 'Đăng nhập lại. Nếu luôn xảy ra: kiểm tra redirectUri, PKCE và đồng hồ máy chủ.', en: 'Sign in again. Where it always happens: check redirectUri, PKCE and the clock of the server.' },
  },
  {
    code: 'LT-VNEID-LOGIN-CLIENT', who: 'operator', http: 502,
    title: { vi: 'Hệ thống xác thực không nhận ra cổng', en: 'The identity provider does not know this client' },
    cause: { vi: 'Sai clientId hoặc clientSecret; hoặc 401 liên tục vì địa chỉ ra Internet chưa được cho phép.', en: 'clientId or clientSecret is wrong; or a lasting 401, because the public address is not on its list.' },
    action: { vi: 'Kiểm tra clientId, clientSecret, clientAuth; đăng ký địa chỉ ra Internet.', en: 'Check clientId, clientSecret and clientAuth; have the public address registered.' },
  },
  {
    code: 'LT-VNEID-LOGIN-UNAVAILABLE', who: 'ministry', http: 502,
    title: { vi: 'Hệ thống xác thực không trả lời được', en: 'The identity provider gave no usable answer' },
    cause: { vi: 'Không kết nối được, quá thời gian chờ, HTTP 5xx, hoặc trang HTML thay cho JSON.', en: 'No connection, a timeout, an HTTP 5xx, or an HTML page where JSON belongs.' },
    action: { vi: 'Thử đăng nhập lại sau ít phút; nếu kéo dài, báo đơn vị vận hành hệ thống xác thực.', en: 'Sign in again in some minutes; where it lasts, tell the operator of the identity provider.' },
  },
  {
    code: 'LT-VNEID-LOGIN-TOKEN', who: 'operator', http: 502,
    title: { vi: 'id_token không hợp lệ', en: 'The id_token is not valid' },
    cause: { vi: 'Thiếu id_token, hoặc sai issuer, người nhận, nonce, thời hạn hay chữ ký.', en: 'There is none, or its issuer, audience, nonce, lifetime or signature is wrong.' },
    action: { vi: 'Kiểm tra issuer, endpoints.jwks, nonce và đồng hồ máy chủ. Nếu cấu hình đúng: coi như bị tấn công.', en: 'Check issuer, endpoints.jwks, nonce and the clock. Where they are right: treat it as an attack.' },
  },
  {
    code: 'LT-VNEID-LOGIN-USERINFO', who: 'ministry', http: 502,
    title: { vi: 'Không lấy được thông tin người dùng', en: 'The person’s claims were refused' },
    cause: { vi: 'Điểm userinfo trả mã khác 200: token đã hết hạn hoặc bị từ chối.', en: 'The userinfo endpoint answered with another code than 200: the token has expired or was refused.' },
    action: { vi: 'Đăng nhập lại; nếu kéo dài, kiểm tra userinfoMethod và endpoints.userinfo.', en: 'Sign in again; where it lasts, check userinfoMethod and endpoints.userinfo.' },
  },
  {
    code: 'LT-VNEID-LOGIN-CLAIMS', who: 'ministry', http: 502,
    title: { vi: 'Thông tin người dùng thiếu hoặc sai', en: 'The person’s claims are missing or wrong' },
    cause: { vi: 'Trường mà con trỏ chỉ tới không có hoặc không đọc được.', en: 'What the pointer names is not there, or cannot be read.' },
    action: { vi: 'Kiểm tra tên trường trong claims; hỏi đơn vị vận hành về giá trị.', en: 'Check the names in claims; ask the operator about the value.' },
  },
  {
    code: 'LT-VNEID-LOGIN-HANDOVER', who: 'operator', http: 401,
    title: { vi: 'Lời bàn giao đăng nhập không được chấp nhận', en: 'A handed-over sign-in was not accepted' },
    cause: { vi: 'Chữ ký hoặc khóa chung sai, thời điểm quá xa, hoặc nội dung đã được bàn giao trước đó.', en: 'The signature or the shared key is wrong, its time is too far off, or the same was handed over before.' },
    action: { vi: 'Kiểm tra handover.secret và đồng hồ ở cả hai phía.', en: 'Check handover.secret and the clocks on both sides.' },
  },
  {
    code: 'LT-VNEID-LOGIN-NO-ID-TOKEN', who: 'operator',
    title: { vi: 'Đăng nhập không có id_token được kiểm tra', en: 'A sign-in without a checked id_token' },
    cause: { vi: 'Chưa cấu hình issuer: không có nonce, danh tính chỉ dựa vào userinfo qua TLS.', en: 'No issuer is configured: there is no nonce, and userinfo over TLS alone says who it is.' },
    action: { vi: 'Hỏi đơn vị vận hành về issuer và JWKS rồi cấu hình.', en: 'Ask the operator for issuer and JWKS, and configure them.' },
  },
  {
    code: 'LT-VNEID-LOGIN-CARD', who: 'province',
    title: { vi: 'Không đọc được dữ liệu thẻ căn cước', en: 'The text of the identity card cannot be read' },
    cause: { vi: 'Chuỗi QR không có bảy trường, hoặc một trường sai khuôn dạng.', en: 'The QR text does not have seven fields, or one of them has the wrong form.' },
    action: { vi: 'Quét lại; nếu vẫn sai, nhập tay và đối chiếu với thẻ.', en: 'Scan again; where it stays wrong, type it in from the card.' },
  },
] as const satisfies readonly ErrorEntry[];
