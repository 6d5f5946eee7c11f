/** The invented record of the adapter's fixtures. */
export { action, record, type AnyRecord } from '../../../adapters/opencps/fixtures/records.ts';
