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
export { repairTcvn3 } from './tcvn3.ts';

export { dateFromDayNumber, dayNumberFromDate, isDate, weekdayOf } from './civil-date.ts';
export {
  canonicalInstant, endOfLocalDay, epochFromInstant, formatTime, instantFromEpoch, instantFromWire14, isCanonicalInstant, isEpoch, localDateOf, localParts,
  parseTime, startOfLocalDay, TIME_FORMATS, VIETNAM_OFFSET_MS, wire14FromEpoch, wire14FromInstant,
} from './time.ts';
export type { LocalParts, ParsedTime, TimeFormat } from './time.ts';
export { CIVIL_SERVICE_YEARS, civilServiceCalendar, defineWorkingCalendar } from './working-days.ts';
export type { CalendarOptions, CalendarYear, DayCount, DueDate, WorkingCalendar, WorkingDayAnswer } from './working-days.ts';

export { currentAgencyCode, isLevel1Known, legacyAgencyCode, level1Agency, normalizeCode, parseAgencyCode, sameAgency } from './agency-code.ts';
export type { AgencyCode, Level1Agency, Level1Options } from './agency-code.ts';
export { formatDossierNumber, normalizeDossierNumber, parseDossierNumber } from './dossier-number.ts';
export type { DossierNumber } from './dossier-number.ts';
export { parseProcedureCode, procedureBase, sameProcedure } from './procedure-code.ts';
export type { ProcedureCode } from './procedure-code.ts';
export { compareCitizenNumber, parseCitizenNumber } from './citizen-number.ts';
export type { CardNumber, CitizenNumber, CitizenNumberOptions } from './citizen-number.ts';
export { isCitizenId12, isCmnd9 } from './identity.ts';
export type { Branded, CitizenId12, Cmnd9 } from './identity.ts';
export { fileAddress, fileIdIn } from './file-address.ts';
export { parseTaxCode, taxCheckDigit } from './tax-code.ts';
export type { TaxCode } from './tax-code.ts';
export { parsePhone } from './phone.ts';
export type { Phone, PhoneProblem } from './phone.ts';

export {
  communeEdges, findCommunes, listUnits, lookupCommune, lookupProvince, lookupUnit, predecessorsOf, provincePredecessors, provinceSuccessor, resolveSuccessor,
  successorsOf, successorsOfDistrict, TWO_LEVEL_SINCE,
} from './units.ts';
export type { AmbiguousSuccessor, CommuneMatches, Extent, ResolvedSuccessor, Successor, Unit, UnitKind, UnitLevel } from './units.ts';
