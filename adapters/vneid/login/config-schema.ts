/** JSON Schema of a sign-in's configuration, as an operator writes it. Secrets are writeOnly. */
const said = (vi: string, en: string, schema: Record<string, unknown>) => ({ ...schema, description: en, 'x-description-vi': vi });
const object = (properties: Record<string, unknown>, required: string[] = []) => ({ type: 'object', additionalProperties: false, required, properties });
const oneOf = (...words: (string | number)[]) => ({ type: typeof words[0], enum: words });
const ms = { type: 'integer', minimum: 50, maximum: 120_000 };
const file = { type: 'string', minLength: 1, maxLength: 1000 };
const url = { type: 'string', format: 'http-url', maxLength: 500 };
const secret = { type: 'string', minLength: 1, maxLength: 2000, writeOnly: true };
const long = { type: 'string', minLength: 32, maxLength: 500, writeOnly: true };
const claim = { type: 'string', minLength: 1, maxLength: 100 };
const level = { type: 'object', maxProperties: 50, additionalProperties: { type: 'integer', enum: [1, 2] } };

export const signInConfigSchema: Record<string, unknown> = {
  type: 'object',
  additionalProperties: false,
  required: ['style', 'clientId', 'redirectUri', 'transactionSecret'],
  properties: {
    style: said('Kiểu đăng nhập: vneid-direct (1A), vnconnect (1B), vneid-oidc (1C).', 'Way of signing in: vneid-direct (1A), vnconnect (1B), vneid-oidc (1C).', oneOf('vneid-direct', 'vnconnect', 'vneid-oidc')),
    clientId: said('client_id được cấp.', 'The client_id that was issued.', { type: 'string', minLength: 1, maxLength: 200 }),
    clientSecret: said('client_secret được cấp.', 'The client_secret that was issued.', secret),
    clientAuth: said('Cách gửi client_secret: trong thân (mặc định) hay Basic.', 'Where client_secret goes: the body (default) or Basic.', oneOf('post', 'basic')),
    redirectUri: said('Địa chỉ quay về đã đăng ký; https, trừ trên cùng máy.', 'The registered callback; https, except on this machine.', url),
    transactionSecret: said('Khóa niêm phong lần đăng nhập trong cookie, ít nhất 32 ký tự ngẫu nhiên.', 'Key that seals a sign-in in its cookie, at least 32 random characters.', long),
    transactionMinutes: said('Lần đăng nhập sống bao lâu. Mặc định 10.', 'How long a sign-in lives. Default 10.', { type: 'integer', minimum: 1, maximum: 60 }),
    endpoints: said('Các điểm cuối. Bỏ trống: của Cổng DVCQG (chỉ vnconnect). Đã khai báo thì khai báo hết, để máy thử không gọi nhầm máy thật.', 'The endpoints. Absent: those of the national portal (vnconnect only). Whoever gives one gives all, so that a test never calls a live system.', object({
      authorize: said('Nơi trình duyệt được đưa tới.', 'Where the browser is sent.', url),
      token: said('Nơi đổi code lấy token.', 'Where the code becomes a token.', url),
      userinfo: said('Nơi hỏi thông tin người dùng.', 'Where the claims are asked for.', url),
      introspection: said('Nơi kiểm tra token của trang khác.', 'Where a token of another site is checked.', url),
      jwks: said('Khóa công khai để kiểm tra chữ ký id_token.', 'Public keys for the signature of the id_token.', url),
    })),
    issuer: said('issuer của id_token; có thì id_token là bắt buộc và được kiểm tra.', 'Issuer of the id_token; where it is given, there must be one and it is checked.', { type: 'string', format: 'http-url', maxLength: 500 }),
    nonce: said('Dùng nonce; cần issuer. Mặc định có khi có issuer.', 'Uses a nonce; needs issuer. Default yes where there is an issuer.', { type: 'boolean' }),
    pkce: said('Dùng PKCE (S256). Mặc định có, trừ vneid-oidc là kiểu không hỗ trợ.', 'Uses PKCE (S256). Default yes, except for vneid-oidc, which has none.', { type: 'boolean' }),
    scope: said('scope. Mặc định openid.', 'scope. Default openid.', { type: 'string', pattern: '^openid( [!-~]+)*$', maxLength: 500 }),
    acrValues: said('acr_values. Mặc định LoA1 với vnconnect, không gửi với kiểu khác.', 'acr_values. Default LoA1 for vnconnect; others send none.', { type: 'string', minLength: 1, maxLength: 100 }),
    userinfoMethod: said('Phương thức hỏi userinfo. Mặc định POST với vnconnect, GET với kiểu khác.', 'Method of userinfo. Default POST for vnconnect, GET for others.', oneOf('GET', 'POST')),
    logout: said('Mẫu địa chỉ đăng xuất; {accessToken}, {idToken}, {returnTo} được thay thế.', 'Template of the logout address; {accessToken}, {idToken} and {returnTo} are filled in.', { type: 'string', maxLength: 1000, pattern: '^https?://' }),
    privateKey: said('Khóa riêng RSA (PEM, PKCS#8 hoặc PKCS#1), bắt buộc với vneid-oidc.', 'RSA private key (PEM, PKCS#8 or PKCS#1), required by vneid-oidc.', { type: 'string', minLength: 1, maxLength: 20_000, writeOnly: true }),
    encryption: said('Chấp nhận câu trả lời không mã hóa (auto, mặc định) hay không (required).', 'Takes answers that are not encrypted (auto, default) or not (required).', oneOf('auto', 'required')),
    claims: said('Tên trường của vneid-oidc, chỗ nào khác mặc định.', 'Names of the claims of vneid-oidc, where they differ from the default.', object({
      citizenId: said('Mặc định citizenPid.', 'Default citizenPid.', claim), fullName: said('Mặc định fullName.', 'Default fullName.', claim), birthDate: said('Mặc định birthDate.', 'Default birthDate.', claim),
    })),
    accountTypes: said('Mã loại tài khoản. Mặc định 1, 2, 3 với vneid-direct, vnconnect; trống với vneid-oidc vì chưa ai biết.', 'Codes of the kind of account. Default 1, 2, 3 for vneid-direct and vnconnect; none for vneid-oidc, whose codes nobody knows.', { type: 'object', maxProperties: 50, additionalProperties: { type: 'string', enum: ['citizen', 'enterprise', 'organisation'] } }),
    assurance: said('Giá trị nào là mức độ 1, 2. Mặc định trống: luôn unknown.', 'Which value is level 1 or 2. Default none: always unknown.', object({
      loAs: said('Theo loAs.', 'By loAs.', level), IAL: said('Theo IAL.', 'By IAL.', level), accountLevel: said('Theo accountLevel.', 'By accountLevel.', level), acr: said('Theo acr của id_token.', 'By acr of the id_token.', level),
    })),
    handover: said('Nhận đăng nhập từ ứng dụng SSO sẵn có của tỉnh (chỉ vneid-direct).', 'Takes sign-ins from the province’s existing SSO application (vneid-direct only).', object({
      secret: said('Khóa chung với ứng dụng đó, ít nhất 32 ký tự.', 'Secret shared with it, at least 32 characters.', long),
      check: said('Chữ ký HMAC (mặc định) hay chỉ khóa chung trong tiêu đề.', 'An HMAC signature (default), or the shared secret alone in a header.', oneOf('hmac', 'shared-key')),
      minutes: said('Trình duyệt phải quay về trong bao lâu. Mặc định 2.', 'How long the browser has to come back. Default 2.', { type: 'integer', minimum: 1, maximum: 15 }),
    }, ['secret'])),
    connectTimeoutMs: said('Thời gian chờ kết nối. Mặc định 5000.', 'Connect timeout. Default 5000.', ms),
    readTimeoutMs: said('Thời gian chờ trả lời. Mặc định 10000.', 'Time for an answer. Default 10000.', ms),
    maxResponseBytes: said('Câu trả lời dài nhất. Mặc định 262144.', 'Longest answer. Default 262144.', { type: 'integer', minimum: 1024, maximum: 10_485_760 }),
    tls: said('Chứng thư cho kết nối; kiểm tra TLS luôn bật.', 'Certificates of the line; the check of TLS is always on.', object({
      caFile: said('Tổ chức chứng thực.', 'Authority.', file), certFile: said('Chứng thư của ta (mTLS).', 'Our certificate (mTLS).', file), keyFile: said('Khóa của chứng thư.', 'Its key.', file),
      serverName: said('Tên máy chủ trong chứng thư.', 'Server name in the certificate.', { type: 'string', minLength: 1, maxLength: 255 }),
    })),
  },
};
