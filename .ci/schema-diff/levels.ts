/**
 * What a change of a document means for those who use it. Three kinds of people stand behind a schema:
 * - `written`: somebody outside writes by it (a province posts a dossier, a configuration, what we send to an upstream): what was valid must stay valid;
 * - `read`: somebody outside reads by it (an answer of the gateway): what was there must stay there;
 * - `inbound`: an upstream writes by it and we read, tolerantly: one more field is no event, one that goes or is refused is.
 */
export type Role = 'written' | 'read' | 'inbound';
export type Level = 'patch' | 'minor' | 'major';

const ORDER: readonly Level[] = ['patch', 'minor', 'major'];
export const highest = (levels: Iterable<Level>): Level | undefined => {
  let top = -1;
  for (const level of levels) top = Math.max(top, ORDER.indexOf(level));
  return ORDER[top];
};

/** kind: [written, read, inbound] */
const TABLE = {
  'field added': ['minor', 'minor', 'patch'],
  'required field added': ['major', 'minor', 'major'],
  'field removed': ['major', 'major', 'major'],
  'field became required': ['major', 'minor', 'major'],
  'field no longer required': ['minor', 'major', 'minor'],
  'value added': ['minor', 'minor', 'minor'],
  'value removed': ['major', 'minor', 'major'],
  'type narrowed': ['major', 'minor', 'major'],
  'type widened': ['minor', 'major', 'minor'],
  'type changed': ['major', 'major', 'major'],
  'bound tightened': ['major', 'minor', 'major'],
  'bound loosened': ['minor', 'minor', 'minor'],
  'rule added': ['major', 'minor', 'major'],
  'rule removed': ['minor', 'minor', 'minor'],
  'rule changed': ['major', 'minor', 'major'],
  'unknown fields refused': ['major', 'minor', 'major'],
  'unknown fields allowed': ['minor', 'minor', 'minor'],
  'variant added': ['minor', 'major', 'minor'],
  'variant removed': ['major', 'minor', 'major'],
  'default changed': ['minor', 'minor', 'minor'],
  'deprecated': ['minor', 'minor', 'minor'],
  'protection changed': ['minor', 'minor', 'minor'],
  'direction changed': ['major', 'major', 'major'],
  'code explained': ['patch', 'patch', 'patch'],
  'meaning of a code changed': ['minor', 'minor', 'minor'],
  'schema added': ['minor', 'minor', 'minor'],
  'schema removed': ['major', 'major', 'major'],
  'operation added': ['minor', 'minor', 'minor'],
  'operation removed': ['major', 'major', 'major'],
  'parameter added': ['minor', 'minor', 'minor'],
  'required parameter added': ['major', 'major', 'major'],
  'parameter removed': ['major', 'major', 'major'],
  'parameter became required': ['major', 'major', 'major'],
  'parameter no longer required': ['minor', 'minor', 'minor'],
  'body added': ['minor', 'minor', 'minor'],
  'required body added': ['major', 'major', 'major'],
  'body removed': ['major', 'major', 'major'],
  'media type added': ['minor', 'minor', 'minor'],
  'media type removed': ['major', 'major', 'major'],
  'answer added': ['minor', 'minor', 'minor'],
  'answer removed': ['major', 'major', 'major'],
  'authentication changed': ['major', 'major', 'major'],
  'wording': ['patch', 'patch', 'patch'],
} as const satisfies Record<string, readonly [Level, Level, Level]>;

export type Kind = keyof typeof TABLE;
export const KINDS = Object.keys(TABLE) as readonly Kind[];
const COLUMN: Record<Role, 0 | 1 | 2> = { written: 0, read: 1, inbound: 2 };

/** The highest level among those who stand behind the schema. */
export const levelOf = (kind: Kind, roles: readonly Role[]): Level => highest(roles.map((role) => TABLE[kind][COLUMN[role]])) ?? 'major';

export interface Change { kind: Kind; level: Level; /** `HoSo2023.NgayTra` or `POST /mapi/g` */ where: string; /** what exactly */ detail: string }
