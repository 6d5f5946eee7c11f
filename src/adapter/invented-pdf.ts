/** A small PDF for simulators that hand out papers: opens in every reader, and is the same for the same words. */

/**
 * A page with one line of text.
 * @param line ASCII; whatever else is left out
 * @param bytes at least so large
 * @returns Latin-1 text, each character a byte
 */
export function inventedPdf(line: string, bytes = 0): string {
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
