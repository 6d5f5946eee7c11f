/** The two pages of the portal. */
import type { AccountKey, SignInStyle } from '../../adapters/vneid/login/index.ts';
import { escapeMarkup } from '../../src/contract/markup.ts';
import type { VerifiedPerson } from '../../src/model/canonical.ts';

const STYLE = 'body{font:17px/1.5 system-ui,sans-serif;margin:0;background:#f6f3ee;color:#1d1d1d}header{background:#8a1c1c;color:#fff;padding:1rem}header p{margin:0}main{max-width:40rem;margin:2rem auto;padding:0 1rem}'
  + 'a.button,button{display:inline-block;margin:.3rem 0;padding:.6rem 1.2rem;border:0;border-radius:.4rem;background:#8a1c1c;color:#fff;font:inherit;text-decoration:none;cursor:pointer}li{list-style:none}ul{padding:0}th{text-align:left;padding-right:1.5rem;font-weight:normal;color:#555}td,th{padding-top:.3rem;vertical-align:top}';

const layout = (body: string): string =>
  `<!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Cổng ví dụ – Tỉnh Mẫu</title><style>${STYLE}</style></head><body><header><p><strong>Cổng ví dụ – Tỉnh Mẫu</strong></p><p lang="en">Example portal, everything in it is invented</p></header><main>${body}</main></body></html>`;

export const homePage = (styles: readonly { style: SignInStyle; title: string }[]): string =>
  layout(`<h1>Đăng nhập</h1><p>Chọn một kiểu. <span lang="en">Choose a way to sign in.</span></p><ul>${styles.map(({ style, title }) => `<li><a class="button" id="${style}" href="/login/${style}?returnTo=/">${escapeMarkup(title)}</a></li>`).join('')}</ul>`);

export function personPage(person: VerifiedPerson, key: AccountKey | undefined): string {
  const rows: [string, string | undefined][] = [
    ['Họ và tên / Name', person.fullName], ['Ngày sinh / Born', person.birthDate], ['Số định danh / Citizen number', person.citizenId], ['Doanh nghiệp / Enterprise', person.enterprise?.name],
    ['Loại tài khoản / Account', person.accountType ?? 'không biết / not known'], ['Mức độ xác thực / Assurance', String(person.assurance)], ['Kiểu đăng nhập / Signed in through', person.idp],
    ['Khóa tài khoản / Account key', key === undefined ? 'không có / none' : `${key.kind}: ${key.value}`],
  ];
  const table = rows.flatMap(([name, value]) => (value === undefined ? [] : [`<tr><th scope="row">${escapeMarkup(name)}</th><td>${escapeMarkup(value)}</td></tr>`])).join('');
  return layout(`<h1>Xin chào, <span id="name">${escapeMarkup(person.fullName)}</span></h1><table>${table}</table><form method="post" action="/logout"><p><button id="logout">Đăng xuất / Sign out</button></p></form>`);
}
