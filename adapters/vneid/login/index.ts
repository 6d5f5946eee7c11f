/** Signing in through VNeID and the national portal: three styles behind one interface. README.md has the tables and what is not known. */
export { createSignIn, type FinishInput, type SignIn, type SignInOptions } from './sign-in.ts';
export { adviseSignIn, configureSignIn, SIGN_IN_DEFAULTS, type AssuranceName, type SignInConfig, type SignInSettings, type SignInStyle } from './config.ts';
export { signInConfigSchema } from './config-schema.ts';
export { localAccountKey, type AccountKey, type SignedIn, type SignInSecrets } from './person.ts';
export { SecretText } from './secret-text.ts';
export { isSignInError, SignInError } from './sign-in-error.ts';
export { createHandoverStore, createSpentStore, type Handed, type HandoverStore, type SpentStore } from './stores.ts';
export { signHandover, type HandoverRequest } from './handover.ts';
export type { CheckedToken } from './userinfo.ts';
export { parseCitizenCardQr, readKioskCard, type CardHolder } from './card.ts';
export { signInPlugin, type SignInPluginOptions } from './fastify.ts';
export { createLoginSimulator, type LoginSimulator, type LoginSimulatorOptions } from './simulator.ts';
