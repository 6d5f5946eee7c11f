/** Papers handed in, results handed out, fees and payments. */
import type { Component, Fee, FileRef, Payment, Result } from '../../src/model/canonical.ts';
import { instantFromEpoch } from '../../src/model/time.ts';
import { INPUT_PARTS, OUTPUT_PART, PAYMENT_STATES, PAYMENT_WAYS } from './codes.ts';
import type { OpencpsConfig } from './config.ts';
import { amountOf, flagOf, idOf, integerOf, isFields, itemPointer, listOf, momentOf, textOf, type Fields, type Findings } from './fields.ts';

const HTTP = /^https?:\/\/[^\s/?#]+[^\s]*$/i;
const MOST_BYTES = 1_000_000_000_000;

function urlOf(fields: Fields, dossierId: string, uid: string | undefined, config: OpencpsConfig, found: Findings, at: string): string | undefined {
  const given = textOf(fields, 'fileUrl', 4000, found, at);
  if (given !== undefined && HTTP.test(given)) return given;
  if (config.fileUrl !== undefined && uid !== undefined) {
    return config.fileUrl.replaceAll('{dossierId}', encodeURIComponent(dossierId)).replaceAll('{referenceUid}', encodeURIComponent(uid));
  }
  found.warn('LT-OPENCPS-FILE-ADDRESS', at);
  return undefined;
}

function fileOf(fields: Fields, name: string, dossierId: string, config: OpencpsConfig, found: Findings, at: string): FileRef {
  const uid = idOf(fields, 'referenceUid', 500, found, at);
  const file: FileRef = { name };
  const id = idOf(fields, 'dossierFileId', 500, found, at) ?? uid;
  if (id !== undefined) file.id = id;
  const url = urlOf(fields, dossierId, uid, config, found, at);
  if (url !== undefined) file.url = url;
  const size = integerOf(fields, 'fileSize');
  if (size !== undefined && size > 0 && size <= MOST_BYTES) file.size = size;
  if (flagOf(fields, 'removed')) file.deleted = true;
  return file;
}

function paperCode(fields: Fields, config: OpencpsConfig, found: Findings, at: string): string | undefined {
  const local = idOf(fields, 'fileTemplateNo', 100, found, at);
  if (local === undefined) return undefined;
  const mapped = config.papers.get(local) ?? local;
  return mapped === '' ? undefined : mapped;
}

export interface Papers { components: Component[]; results: Result[]; digitized: boolean }

/**
 * Files by part type: 1 (and groups, 6) are papers handed in, one component per part of the template; 2 are results.
 * @param scanned the dossier came over the counter or by post, so an electronic file of a paper was scanned here
 */
export function papersOf(record: Fields, dossierId: string, scanned: boolean, config: OpencpsConfig, found: Findings): Papers {
  const components: Component[] = [];
  const results: Result[] = [];
  const byPart = new Map<string, Component>();
  let digitized = false;
  listOf(record, 'dossierFiles').forEach((item, i) => {
    if (!isFields(item)) return;
    const at = itemPointer('dossierFiles', i);
    const type = textOf(item, 'dossierPartType', 20, found, at) ?? textOf(item, 'partType', 20, found, at) ?? '';
    const title = textOf(item, 'displayName', 1000, found, at) ?? textOf(item, 'partName', 1000, found, at);
    const name = title ?? 'Không tên';
    if (title === undefined) found.warn('LT-OPENCPS-MISSING', `${at}/displayName`);
    if (type === OUTPUT_PART) {
      results.push(resultOf(item, name, dossierId, config, found, at));
      return;
    }
    // "Other" files are working papers of the office; only what was handed in belongs to the dossier.
    if (!INPUT_PARTS.has(type)) {
      if (type !== '3') found.warn('LT-OPENCPS-CODE-UNMAPPED', `${at}/dossierPartType`);
      return;
    }
    const file = fileOf(item, name, dossierId, config, found, at);
    const part = idOf(item, 'dossierPartNo', 100, found, at);
    let component = part === undefined ? undefined : byPart.get(part);
    if (component === undefined) {
      component = { name: textOf(item, 'partName', 4000, found, at) ?? name, files: [] };
      const code = paperCode(item, config, found, at);
      if (code !== undefined) component.code = code;
      components.push(component);
      if (part !== undefined) byPart.set(part, component);
    }
    component.files.push(file);
    if (scanned && file.deleted !== true) {
      component.digitization = 'DIGITIZED';
      digitized = true;
    }
  });
  return { components, results, digitized };
}

function resultOf(item: Fields, name: string, dossierId: string, config: OpencpsConfig, found: Findings, at: string): Result {
  const result: Result = { name, files: [fileOf(item, name, dossierId, config, found, at)] };
  const code = paperCode(item, config, found, at);
  if (code !== undefined) result.code = code;
  const number = textOf(item, 'deliverableCode', 200, found, at);
  if (number !== undefined) result.number = number;
  const signer = textOf(item, 'signInfo', 500, found, at);
  if (signer !== undefined) result.signedBy = signer;
  const issued = momentOf(item, 'createDate', found, at);
  if (issued !== undefined) result.issuedAt = instantFromEpoch(issued);
  return result;
}

export interface Money { fees: Fee[]; payments: Payment[] }

/** A PaymentFile holds both what is owed (fees by kind) and how it was paid. An advance is part of the others, no fee of its own. */
export function moneyOf(record: Fields, found: Findings): Money {
  const fees: Fee[] = [];
  const payments: Payment[] = [];
  listOf(record, 'payments').forEach((item, i) => {
    if (!isFields(item)) return;
    const at = itemPointer('payments', i);
    const title = textOf(item, 'paymentFee', 1000, found, at);
    const add = (key: string, type: NonNullable<Fee['type']>, fallback: string): number => {
      const amount = amountOf(item, key, found, at) ?? 0;
      if (amount > 0) fees.push({ name: title ?? fallback, type, amount, timing: 'AT_RECEPTION' });
      return amount;
    };
    const owed = add('feeAmount', 'LE_PHI', 'Lệ phí') + add('serviceAmount', 'PHI', 'Phí') + add('shipAmount', 'OTHER', 'Cước bưu chính');
    const amount = amountOf(item, 'paymentAmount', found, at) ?? owed;
    if (amount > 0) payments.push(paymentOf(item, amount, found, at));
  });
  return { fees, payments };
}

function paymentOf(item: Fields, amount: number, found: Findings, at: string): Payment {
  const state = textOf(item, 'paymentStatus', 20, found, at) ?? '0';
  const status = PAYMENT_STATES.get(state);
  if (status === undefined) found.warn('LT-OPENCPS-CODE-UNMAPPED', `${at}/paymentStatus`);
  const word = textOf(item, 'paymentMethod', 200, found, at);
  const way = word === undefined ? undefined : PAYMENT_WAYS.get(word.toLowerCase());
  if (word !== undefined && way === undefined) found.warn('LT-OPENCPS-CODE-UNMAPPED', `${at}/paymentMethod`);
  const payment: Payment = { amount, method: way?.method ?? 'OTHER', status: status ?? 'PENDING' };
  const ref = idOf(item, 'invoiceNo', 200, found, at) ?? idOf(item, 'referenceUid', 200, found, at) ?? idOf(item, 'paymentFileId', 200, found, at);
  if (ref !== undefined) payment.ref = ref;
  if (payment.method !== 'CASH' && word !== undefined) payment.provider = word;
  if (way?.platform !== undefined) payment.platform = way.platform;
  const paidAt = momentOf(item, 'confirmDatetime', found, at);
  if (paidAt !== undefined && payment.status === 'PAID') payment.paidAt = instantFromEpoch(paidAt);
  return payment;
}
