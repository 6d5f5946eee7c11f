/**
 * What a gateway gives to routes and rounds of an adapter, in memory: `createDossierDesk(...)` for inbound calls, `roundDeps(...)` for a round against
 * a connection (of `connect(adapter, rawConfig)`) to a simulator on a loopback server.
 */
export { createDossierDesk, roundDeps, type DossierDesk, type RoundOptions } from '../../src/testing/suite/desk.ts';
