/** The messages to the land system as types and checks, from the one generated source (schemas/upstream/vbdlis.openapi.yaml). */
import { checkWith } from '../../src/contract/check.ts';
import type { Validate } from '../../src/contract/validate.ts';
import type { components } from './generated/types.ts';
import * as compiled from './generated/validators.js';

type Schemas = components['schemas'];
export type SubmitRequest = Schemas['TiepNhanRequest'];
export type TaxRequest = Schemas['GuiThueRequest'];
export type SupplementRequest = Schemas['BoSungRequest'];
export type ReturnRequest = Schemas['TraKetQuaRequest'];
export type WrongResultRequest = Schemas['SaiKetQuaRequest'];
export type Attachment = Schemas['GiayToDinhKem'];
export type WireParcel = Schemas['ThuaDat'];
/** The envelope of 1.6a, with names as declared. */
export type LandReply = Schemas['PhanHoiDatDai'];

export const submitRequest: Validate<SubmitRequest> = checkWith(compiled.TiepNhanRequest);
export const taxRequest: Validate<TaxRequest> = checkWith(compiled.GuiThueRequest);
export const supplementRequest: Validate<SupplementRequest> = checkWith(compiled.BoSungRequest);
export const returnRequest: Validate<ReturnRequest> = checkWith(compiled.TraKetQuaRequest);
export const wrongResultRequest: Validate<WrongResultRequest> = checkWith(compiled.SaiKetQuaRequest);
export const landReply: Validate<LandReply> = checkWith<LandReply>(compiled.PhanHoiDatDai as never);

/**
 * Where the content of a file will stand in an outgoing message: this word and the file's address. The content belongs to the line, not
 * to the message: it is read while the message is written, so that no file is ever held whole, and the ledger's copy of a message stays
 * small. No base64 text can look like it.
 */
export const FILE_SLOT = 'lienthong-file:';
/** Attributes that a slot's address may not contain, since the slot is found in the message's text: nothing that JSON would escape. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/;

/** Before content that a dossier itself brings: it stands in the message from the beginning. */
const INLINE = 'data:;base64,';
const INLINE_FORM = /^data:[^,]*;base64,([A-Za-z0-9+/]+={0,2})$/i;
/** The address of content in base64; `undefined` for an address that holds none. */
export function inlineAddress(url: string): string | undefined {
  const content = INLINE_FORM.exec(url)?.[1];
  return content === undefined || content.length % 4 !== 0 ? undefined : INLINE + content;
}
/** Bytes of the content that stands in an address; 0 where it stands elsewhere. */
export const inlineBytes = (address: string): number => (address.startsWith(INLINE) ? Math.floor(((address.length - INLINE.length) / 4) * 3) : 0);

/** @returns `undefined` for an address that is no printable ASCII, or has quotes or backslashes in it */
export const slotOf = (address: string): string | undefined =>
  address.startsWith(INLINE) ? address.slice(INLINE.length) : PLAIN.test(address) ? FILE_SLOT + address : undefined;
/** The address in a slot, or of the content that stands there already; `undefined` for nothing. */
export const addressIn = (data: string): string | undefined => (data === '' ? undefined : data.startsWith(FILE_SLOT) ? data.slice(FILE_SLOT.length) : INLINE + data);
