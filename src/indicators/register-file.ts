/** Reading a register: checked as a whole, every fault at once. */
import { readFileSync, statSync } from 'node:fs';
import { compileSchema } from '../contract/compile.ts';
import { issue } from '../contract/errors/issue.ts';
import type { Issue } from '../contract/errors/types.ts';
import { parseJson } from '../contract/limits.ts';
import { normalizeStrings } from '../contract/nfc.ts';
import { ValidationError, type Checked, type Validate } from '../contract/validate.ts';
import { isDate, lookupUnit, procedureBase, TWO_LEVEL_SINCE } from '../model/index.ts';
import schema from './data/register.schema.json' with { type: 'json' };
import { keyOf, type Register } from './register.ts';

const MAX_BYTES = 32 * 1024 * 1024;
const compiled: { check?: Validate<Register> } = {};

/** A register from JSON that was parsed already. */
export function checkRegister(value: unknown): Checked<Register> {
  compiled.check ??= compileSchema<Register>(schema);
  const shaped = compiled.check(value);
  if (!shaped.ok) return shaped;
  const issues = meaningOf(shaped.value);
  return issues.length > 0 ? { ok: false, issues } : shaped;
}

/** @throws ValidationError with every issue of the file */
export function loadRegister(file: string): Register {
  const unreadable = (detail?: string): ValidationError => new ValidationError([issue('LT-INDICATORS-REGISTER-UNREADABLE', '', detail)]);
  let text: string;
  try {
    if (statSync(file).size > MAX_BYTES) throw unreadable(`> ${MAX_BYTES / 2 ** 20} MB`);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof ValidationError) throw error;
    throw unreadable((error as NodeJS.ErrnoException).code);
  }
  const parsed = parseJson(text, { maxBytes: MAX_BYTES });
  if (!parsed.ok) throw new ValidationError(parsed.issues);
  const checked = checkRegister(normalizeStrings(parsed.value));
  if (!checked.ok) throw new ValidationError(checked.issues);
  return checked.value;
}

/** What a schema cannot say. */
function meaningOf(register: Register): Issue[] {
  const issues: Issue[] = [];
  const once = (list: string, keys: readonly string[]): void => {
    const seen = new Set<string>();
    keys.forEach((key, i) => {
      if (seen.has(key)) issues.push(issue('LT-INDICATORS-REGISTER-TWICE', `/${list}/${i}`));
      seen.add(key);
    });
  };
  const { procedures = [], agencies = [], nationalReceived = [] } = register;
  once('procedures', procedures.map(({ code }) => procedureBase(code) ?? code));
  once('agencies', agencies.map(({ code, below }) => `${keyOf(code)} ${String(below === true)}`));
  once('nationalReceived', nationalReceived.map(({ agency, from, to }) => `${agency === undefined ? '' : keyOf(agency)} ${from} ${to}`));
  agencies.forEach(({ asOf, province, commune }, i) => {
    if (asOf !== undefined && !isDate(asOf)) {
      issues.push(issue('LT-INDICATORS-REGISTER-DATE', `/agencies/${i}/asOf`));
      return;
    }
    for (const [level, code] of [['province', province], ['commune', commune]] as const) {
      if (code !== undefined && lookupUnit(level, code, asOf ?? TWO_LEVEL_SINCE) === undefined) issues.push(issue('LT-INDICATORS-REGISTER-UNIT', `/agencies/${i}/${level}`));
    }
  });
  const successors = new Map(agencies.flatMap(({ code, successor }) => (successor === undefined ? [] : [[keyOf(code), keyOf(successor)] as const])));
  agencies.forEach(({ code, successor }, i) => {
    const seen = new Set([keyOf(code)]);
    for (let next = successor === undefined ? undefined : keyOf(successor); next !== undefined; next = successors.get(next)) {
      if (seen.has(next)) { issues.push(issue('LT-INDICATORS-REGISTER-CIRCLE', `/agencies/${i}/successor`)); break; }
      seen.add(next);
    }
  });
  nationalReceived.forEach(({ from, to }, i) => {
    if (!isDate(from) || !isDate(to) || to < from) issues.push(issue('LT-INDICATORS-REGISTER-DATE', `/nationalReceived/${i}`));
  });
  return issues;
}
