/** The indicators room: facts of dossiers, the on-time rule, definitions as data, reports. */
export { factsOf, MARKS, POPULATION_DATABASES, progressOf, type DossierFacts, type FactOptions, type Mark } from './facts.ts';
export { BRANCHES, endingOf, judge, onTime, type Branch, type Ending, type Judgement, type Progress, type Terms } from './on-time.ts';
export { Population } from './population.ts';
export { checkDefinitions, DEFINITION_SETS, type CountSpec, type DefinitionSet, type DefinitionSetId, type IndicatorDefinition } from './definitions.ts';
export { computeReport, type Figure, type GroupFigures, type NoFigure, type Query, type Report } from './compute.ts';
export { DIMENSIONS, type Dimension, type Filter, type Selection } from './scan.ts';
export type { Area } from './areas.ts';
export { add, compare, decimal, divide, fraction, fractionOf, multiply, percent, subtract, type Fraction } from './fraction.ts';
export { bucketsOf, dayPeriod, daysOf, endOfDay, monthPeriod, parsePeriod, period, quarterPeriod, yearPeriod, type Period, type TimeUnit } from './period.ts';
export { RegisterIndex, type NationalCount, type Register, type RegisteredAgency, type RegisteredProcedure } from './register.ts';
export { checkFollowed, comparePopulations, createFollower, PORTAL, recompute, type CaughtUp, type Comparison, type FollowCursor, type Follower, type FollowOptions } from './follow.ts';
export { loadSnapshot, saveSnapshot, type SnapshotOptions } from './snapshot.ts';
export { checkRegister, loadRegister } from './register-file.ts';
export { findDossiers, listDossiers, type DossierPage, type DossierQuery } from './dossiers.ts';
export { explainDossiers, explainWithin, lostPoints, type DossierExplanation, type Explained, type LostReason } from './lost-points.ts';
export { REASONS, type Reason, type ReasonCode } from './reasons.ts';
export { checkPublished, findInconsistencies, PARTITIONS, type Inconsistency, type PublishedFigures } from './consistency.ts';
