export { createDelivery, type Delivery, type DeliveryOptions, type DeliveryStats, type ObservedAttempt, type Stall } from './delivery.ts';
export { BREAKER_DEFAULTS } from './breaker.ts';
export { nextOpening } from './calendar.ts';
export { createProtection, type Protection, type ProtectionChange, type ProtectionOptions } from './protection.ts';
export { backoffMs, decide, ruleOf, RETRY_DEFAULTS, type Decision, type OperationRule, type RetryInput, type RetryPolicy, type Seen } from './retry.ts';
export type * from './policy.ts';
