/** Files that the simulated land system offers: small PDFs, the same for the same link, or something that is wrong in a chosen way. */
import { inventedPdf } from '../../../src/adapter/invented-pdf.ts';
import type { SimulatorResponse } from '../../../src/adapter/types.ts';
import type { FileState } from './options.ts';

/** @param bigBytes size of a `big` one */
export function fileResponse(link: string, state: FileState, bigBytes: number): SimulatorResponse {
  if (state === 'missing') return { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'Not Found' };
  if (state === 'wrong-type') return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<!doctype html><title>Đăng nhập</title><p>Phiên làm việc đã hết hạn</p>' };
  return { status: 200, headers: { 'content-type': 'application/pdf' }, body: inventedPdf(`Tai lieu minh hoa: ${link}`, state === 'big' ? bigBytes : 0) };
}
