/** `lienthong/testing`: mocks inside a test, simulators behind real HTTP, faults on demand, the judge of a run. Written by hand: what is not here is private. */
export { mockUpstream, PLAYABLE_FAULTS, UnexpectedCallsError } from './mock-upstream.ts';
export type { MockedCall, MockOptions, MockUpstream } from './mock-upstream.ts';
export { scenariosOf } from './mockable.ts';
export type { Mockable, SimulatorOf } from './mockable.ts';
export { KitError } from './peer.ts';
export { UPSTREAM_IDS } from './upstreams.ts';
export type { UpstreamId } from './upstreams.ts';
export { startMockServer } from './mock-server.ts';
export type { MockServerOptions } from './mock-server.ts';
export { startSimulator } from './host.ts';
export type { HostedSimulator, HostOptions, RunningSimulator, SimulatorHooks } from './host.ts';
export type { CallbackRecord, Callbacks, CallbackTry } from './server/callbacks.ts';
export type { HostClock } from './server/clock.ts';
export type { ExchangeLog, ExchangeLogOptions, LoggedBody, LoggedExchange } from './server/exchange-log.ts';
export { VALIDATION_MODES } from './server/inspector.ts';
export type { Inspector, ValidationMode } from './server/inspector.ts';
export { createFaults, FAULT_KINDS, isCallbackFault } from './faults.ts';
export type { CallbackFaultKind, Delay, FaultDecision, FaultKind, FaultMatch, FaultPlan, FaultRule, Faults, FaultSpec, LostReply, RequestFacts } from './faults.ts';
export { checkDelivery } from './check-delivery.ts';
export type { DeliveryInput, DeliveryReport, ExpectedDossier, ExpectedStep, JournalReader, LedgerExchange, StepFinding } from './check-delivery.ts';
export { waitFor } from './wait.ts';
export type { WaitOptions } from './wait.ts';
export { randomFrom } from '../adapter/random.ts';
export type { Random } from '../adapter/random.ts';
export type { JournalEntry, Simulator, SimulatorCallback, SimulatorCallKind, SimulatorOptions, SimulatorRequest, SimulatorResponse, SimulatorScenario } from '../adapter/types.ts';
export { adapterChecks } from './suite/suite.ts';
export { describeAdapter } from './suite/describe.ts';
export { fixturesOf } from './suite/ours.ts';
export type { AdapterCheck, SuiteOptions, TestRunner } from './suite/types.ts';
export { CHECKS, CHECK_IDS } from './suite/catalogue.ts';
export type { CheckId } from './suite/catalogue.ts';
export { answered, failed } from '../adapter/fixtures.ts';
export type {
  AdapterFixtures, Arbitrary, Changes, Draw, FixturesOf, FlaggedRecord, InboundFixtures, KnownAnswer, KnownRecord, KnownValue, OperationFixtures, OptionalPart, ReadmeTable, RefusedInput,
  RefusedRecord, SourceFixtures, TableFixtures, Verbatim,
} from '../adapter/fixtures.ts';
export { CONFORMANCE_DEFAULTS, conformanceHtml, conformanceJson, conformanceJunit, conformanceSuite, conformanceSuites, runConformance } from './conformance/index.ts';
export type { ConformanceCheckResult, ConformanceEvidence, ConformanceOptions, ConformanceReport, FoundSuite, ReportLanguage } from './conformance/index.ts';
export { ConformanceStop, defineConformance } from '../adapter/conformance.ts';
export type { ConformanceCall, ConformanceCheck, ConformanceContext, ConformanceFinding, ConformanceSuite, ConformanceVerdict, TlsFacts } from '../adapter/conformance.ts';
