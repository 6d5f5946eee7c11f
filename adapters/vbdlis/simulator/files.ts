/** Files that the simulated land system offers: small PDFs, the same for the same link, or something that is wrong in a chosen way. */
import type { SimulatorResponse } from '../../../src/adapter/types.ts';
import type { FileState } from './options.ts';

/** @param line ASCII; whatever else is left out */
function pdf(line: string, bytes = 0): string {
  const shown = line.replace(/[^ -~]|[()\\]/g, '');
  const page = `BT /F1 14 Tf 60 760 Td (${shown}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${page.length} >>\nstream\n${page}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, i) => {
    const at = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  // a comment makes it as big as it is wanted, and it still opens
  if (bytes > text.length) text += `%${'0'.repeat(bytes - text.length)}\n`;
  const table = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')}`;
  return `${text}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
}

/** @param bigBytes size of a `big` one */
export function fileResponse(link: string, state: FileState, bigBytes: number): SimulatorResponse {
  if (state === 'missing') return { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'Not Found' };
  if (state === 'wrong-type') return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<!doctype html><title>Đăng nhập</title><p>Phiên làm việc đã hết hạn</p>' };
  return { status: 200, headers: { 'content-type': 'application/pdf' }, body: pdf(`Tai lieu minh hoa: ${link}`, state === 'big' ? bigBytes : 0) };
}
