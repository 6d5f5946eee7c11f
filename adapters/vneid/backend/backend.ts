/** The judicial-record software that the operations speak to. Another one takes its place here, and in `backend.kind` of the configuration. */
export { btp as lltpBackend } from './btp.ts';
