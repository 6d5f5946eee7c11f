/** `lienthong/testing`: simulators behind real HTTP, faults on demand, and the judge of a run. Written by hand: what is not here is private. */
export { startSimulator } from './host.ts';
export type { HostedSimulator, HostOptions, RunningSimulator, SimulatorHooks } from './host.ts';
export { createFaults, FAULT_KINDS, isCallbackFault } from './faults.ts';
export type { CallbackFaultKind, Delay, FaultDecision, FaultKind, FaultMatch, FaultPlan, FaultRule, Faults, FaultSpec, LostReply, RequestFacts } from './faults.ts';
export { checkDelivery } from './check-delivery.ts';
export type { DeliveryInput, DeliveryReport, ExpectedDossier, ExpectedStep, JournalReader, LedgerExchange, StepFinding } from './check-delivery.ts';
export { waitFor } from './wait.ts';
export type { WaitOptions } from './wait.ts';
export { randomFrom } from '../adapter/random.ts';
export type { Random } from '../adapter/random.ts';
export type { JournalEntry, Simulator, SimulatorOptions, SimulatorRequest, SimulatorResponse } from '../adapter/types.ts';
