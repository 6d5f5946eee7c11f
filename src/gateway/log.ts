/**
 * Logs of the gateway: JSON lines through pino (imported here only). The fields are an allow-list: a field that is not
 * named below cannot be written, whatever a caller passes. No bodies, names, queries or header values; dossier
 * numbers are allowed, because without them nobody can follow a case.
 */
import { pino, destination, type DestinationStream } from 'pino';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const FIELDS = [
  'requestId', 'method', 'route', 'status', 'durationMs', 'code', 'codes', 'upstream', 'source', 'operation', 'dossierCode', 'eventId', 'exchangeId', 'holdId', 'quarantineId', 'line', 'lines',
  'accepted', 'duplicate', 'stale', 'conflict', 'quarantined', 'complete', 'caller', 'address', 'port', 'errorName', 'errorCode', 'frames', 'pending', 'count', 'told', 'failed', 'version', 'engine', 'outcome', 'attempts', 'read', 'error',
  'limit', 'ratio', 'level', 'task', 'alert', 'subject', 'state', 'webhook', 'roles', 'writable',
  'seq', 'hash', 'seal', 'file', 'sha256', 'bodies',
] as const;
export type LogField = (typeof FIELDS)[number];
export type LogFields = { [field in LogField]?: string | number | boolean | null | readonly string[] | undefined } & {
  /** told by its class, code and place only, see `errorFields` */
  err?: unknown;
};

export interface Logger {
  /** false when nothing at this level is written: the caller need not build the fields */
  enabled(level: Exclude<LogLevel, 'silent'>): boolean;
  debug(fields: LogFields, event: string): void;
  info(fields: LogFields, event: string): void;
  warn(fields: LogFields, event: string): void;
  error(fields: LogFields, event: string): void;
  /** writes what is buffered */
  flush(): void;
}

const MAX_TEXT = 300;
/** Control characters would let a sender forge lines in a terminal. JSON escapes most; DEL and C1 stay. */
const clean = (text: string): string => text.slice(0, MAX_TEXT).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '·');

function allowed(given: LogFields): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  const fields = given.err === undefined ? given : { ...given, ...errorFields(given.err) };
  for (const name of FIELDS) {
    const value = fields[name];
    if (value === undefined) continue;
    out[name] = typeof value === 'string' ? clean(value) : Array.isArray(value) ? value.slice(0, 30).map((v) => clean(String(v))) : value;
  }
  return out;
}

/**
 * @param options.stream where the lines go; standard output, buffered, when absent
 */
export function createLogger(options: { level?: LogLevel; stream?: DestinationStream } = {}): Logger {
  const level = options.level ?? 'info';
  const stream = options.stream ?? (level === 'silent' ? { write: () => undefined } : destination({ dest: 1, sync: false, minLength: 4096 }));
  const logger = pino({ level, base: null, messageKey: 'event', formatters: { level: (label) => ({ level: label }) }, timestamp: () => `,"time":"${new Date().toISOString()}"` }, stream);
  const timer = level === 'silent' || options.stream !== undefined ? undefined : setInterval(() => logger.flush(), 1000).unref();
  return {
    enabled: (l) => logger.isLevelEnabled(l),
    debug: (fields, event) => { if (logger.isLevelEnabled('debug')) logger.debug(allowed(fields), event); },
    info: (fields, event) => { if (logger.isLevelEnabled('info')) logger.info(allowed(fields), event); },
    warn: (fields, event) => { if (logger.isLevelEnabled('warn')) logger.warn(allowed(fields), event); },
    error: (fields, event) => { if (logger.isLevelEnabled('error')) logger.error(allowed(fields), event); },
    flush: () => {
      clearInterval(timer);
      logger.flush();
    },
  };
}

/**
 * What may be said of an unexpected error: its class, its machine code and where it was thrown. Never its message,
 * which may quote the input that caused it.
 */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { errorName: typeof error };
  const code = (error as { code?: unknown }).code;
  const frames = (error.stack ?? '').split('\n').map((l) => l.trim()).filter((l) => l.startsWith('at ')).slice(0, 8);
  return { errorName: error.name, ...(typeof code === 'string' ? { errorCode: code } : {}), frames };
}
