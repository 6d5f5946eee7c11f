/** The model room: canonical types and pure rules. No I/O; depends on no other room. */
export * from './canonical.ts';
export type { Finding, ModelCode, Refusal, Why } from './result.ts';
export {
  checkHistory, checkTransition, clockOf, isCompleted, isDossierStatus, isInProcessing, isReceived, isStopped, isTerminal, nextStatuses, STATUS_INFO,
} from './status.ts';
export type { ClockState, HistoryFinding, StatusGroup, StatusInfo, TransitionCheck, TransitionFinding, TransitionMode } from './status.ts';
export { stepKey, stepKeys } from './step-key.ts';
export type { KeyedStep } from './step-key.ts';
export { checkTotal, decodeTableFrom, defineCodeTable } from './code-table.ts';
export type { CodeDirection, CodeRow, CodeTable, CodeTableSpec, CodeTableVersion, NotTotal } from './code-table.ts';
export { cleanLine, cleanText, comparisonKey, compareVietnamese, isNfc, sameName, searchKey, toNfc } from './text.ts';
export { dateFromDayNumber, dayNumberFromDate, isDate, weekdayOf } from './civil-date.ts';
export {
  canonicalInstant, endOfLocalDay, epochFromInstant, formatTime, instantFromEpoch, instantFromWire14, isCanonicalInstant, isEpoch, localDateOf, localParts,
  parseTime, startOfLocalDay, TIME_FORMATS, VIETNAM_OFFSET_MS, wire14FromEpoch, wire14FromInstant,
} from './time.ts';
export type { LocalParts, ParsedTime, TimeFormat } from './time.ts';
