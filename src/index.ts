/**
 * The public SDK: what `import … from 'lienthong'` gives. A hand-written list, so that nothing becomes public by accident.
 * Adapters come from `lienthong/adapters/<id>`, simulators' host and checker from `lienthong/testing`.
 */

// Speaking to an upstream without any database
export { connect, type Connection, type ConnectOptions, type Execution, type RunOptions } from './adapter/client.ts';
export { createTransport, TRANSPORT_DEFAULTS } from './adapter/http.ts';
export type { HttpRequest, Transport, TransportOptions } from './adapter/transport.ts';
export type { ReadRetryOptions } from './adapter/read-retry.ts';

// Writing an adapter
export { defineAdapter, defineOperation } from './adapter/define.ts';
export type { CitizenQuestion, LookUpCitizen, VerifyCitizen } from './adapter/citizens.ts';
export { fileOutcome, withFileContents, type Filled } from './adapter/file-slots.ts';
export { adviseGateway, checkGateway, createGatewayDoor, gatewayAuthSchema, openGatewayAuth, type GatewayAuth, type GatewayDoor, type GatewayDoorOptions, type GatewayLine } from './adapter/lgsp/index.ts';
export { createSessionProvider, SESSION_TTL_MS, type SessionProvider } from './adapter/session.ts';
export type {
  Adapter, AdapterRuntime, AnyOperation, DossierDeps, InboundRoute, InputOf, LostReplyDecision, Operation, OperationContext, Outcome, OutputOf, ProbeAnswer, RemoteState, Round, RoundDeps, SourceSpec, Wire, WireResult,
} from './adapter/types.ts';
export { compileComponents, compileSchema } from './contract/compile.ts';
export { normalizeStrings } from './contract/nfc.ts';
export { retryAfterOf } from './adapter/retry-after.ts';

// The canonical model and its pure rules
export * from './model/index.ts';
export { validateCitizenVerification, validateDossier } from './contract/canonical.ts';
export { redactDossier } from './contract/sensitive.ts';

// Errors: one catalogue, every issue at once
export { ERROR_CATALOGUE, docsUrl, errorEntry } from './contract/errors/catalogue.ts';
export { issue } from './contract/errors/issue.ts';
export type { ErrorEntry, Issue, Text, WhoActs } from './contract/errors/types.ts';
export { isValidationError, ValidationError, type Checked, type Validate } from './contract/validate.ts';

// Receiving the gateway's alerts
export { verifyWebhook, type WebhookCheck } from './gateway/alerts/signature.ts';
