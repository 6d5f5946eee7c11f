export { createDelivery, type Delivery, type DeliveryOptions, type DeliveryStats, type ObservedAttempt } from './delivery.ts';
export { afterProbe, afterSend, backoffMs, withoutProbe, RETRY_DEFAULTS, type Decision, type Resolution, type RetryPolicy } from './retry.ts';
