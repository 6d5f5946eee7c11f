/** The message to EMC as types and checks, from the one generated source (schemas/upstream/emc.openapi.yaml). */
import { checkWith } from '../../src/contract/check.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import type { Validate } from '../../src/contract/validate.ts';
import type { components } from './generated/types.ts';
import * as compiled from './generated/validators.js';

type Schemas = components['schemas'];
export type TrackingFormRequest = Schemas['TrackingFormRequest'];
export type TrackingJsonRequest = Schemas['TrackingJsonRequest'];
/** One message, in the words of either dialect. */
export type TrackingRequest = TrackingFormRequest | TrackingJsonRequest;
export type TrackingUser = Schemas['TrackingUser'];

const form: Validate<TrackingFormRequest> = checkWith(compiled.TrackingFormRequest);
const json: Validate<TrackingJsonRequest> = checkWith(compiled.TrackingJsonRequest);

/** The dialects differ in the type of the site number: that says which one is meant. */
export const isJson = (request: unknown): request is TrackingJsonRequest => isRecord(request) && typeof request['siteId'] === 'number';
export const trackingRequest: Validate<TrackingRequest> = (value) => (isJson(value) ? json(value) : form(value));
/** What EMC says beside the status is not known, so that nothing is asked of it. */
export const trackingAnswer: Validate<TrackingAnswer> = (value) => ({ ok: true, value: value as TrackingAnswer });
/** HTTP status of the answer. */
export interface TrackingAnswer { status: number }
