/** Fault plans from a file, YAML or JSON: one plan for all mocks, or sections for single upstreams. */
import { isRecord } from '../../contract/is-record.ts';
import { parseYaml } from '../../contract/yaml.ts';
import { createFaults } from '../faults.ts';
import type { FaultPlan } from '../faults.ts';

const PLAN_KEYS = ['seed', 'rules', 'sequence', 'sequenceMatch'];
const RULE_KEYS = ['kind', 'delay', 'apply', 'retryAfterSeconds', 'skewMs', 'rate', 'match', 'limit'];
const MATCH_KEYS = ['service', 'method', 'path'];
/** The section that holds for every upstream. */
const ALL = 'all';

export interface FaultFile {
  /** the plan of one upstream: its own section before what is said for all; undefined when the file says nothing about it */
  planFor(upstream: string): FaultPlan | undefined;
}

/**
 * @param text either a plan (`seed`, `rules`, `sequence`, `sequenceMatch`) or sections by upstream, `all` among them
 * @param upstreams names that a section may have
 * @throws TypeError that says what is wrong: syntax, an unknown name, a plan that cannot be followed
 */
export function readFaultFile(text: string, upstreams: readonly string[]): FaultFile {
  const parsed = parseYaml(text);
  if (!parsed.ok) throw new TypeError(`neither YAML nor JSON${parsed.faults[0]?.line === undefined ? '' : `, line ${parsed.faults[0].line}`} / không phải YAML hay JSON`);
  const { value } = parsed;
  if (!isRecord(value)) throw new TypeError('a fault plan, or sections by upstream, is expected / cần một kế hoạch lỗi hoặc các mục theo hệ thống');
  const isPlan = Object.keys(value).some((key) => PLAN_KEYS.includes(key));
  const sections = isPlan ? { [ALL]: value } : value;
  known(sections, [ALL, ...upstreams], 'section');
  const plans = Object.fromEntries(Object.entries(sections).map(([name, plan]) => [name, checked(plan)]));
  return {
    planFor(upstream) {
      const own = plans[upstream];
      const all = plans[ALL];
      if (own === undefined || all === undefined) return own ?? all;
      return { ...all, ...own, rules: [...(own.rules ?? []), ...(all.rules ?? [])] };
    },
  };
}

function checked(plan: unknown): FaultPlan {
  if (!isRecord(plan)) throw new TypeError('a section is a fault plan / mỗi mục là một kế hoạch lỗi');
  known(plan, PLAN_KEYS, 'key');
  for (const list of ['rules', 'sequence']) if (plan[list] !== undefined && !Array.isArray(plan[list])) throw new TypeError(`${list} is a list / ${list} là một danh sách`);
  for (const rule of [...listOf(plan['rules']), ...listOf(plan['sequence'])]) {
    if (!isRecord(rule)) continue;
    known(rule, RULE_KEYS, 'key of a rule');
    if (isRecord(rule['match'])) known(rule['match'], MATCH_KEYS, 'key of a match');
  }
  // whoever makes faults of it checks the values
  createFaults(plan as FaultPlan);
  return plan as FaultPlan;
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

function known(record: Record<string, unknown>, names: readonly string[], what: string): void {
  const odd = Object.keys(record).find((name) => !names.includes(name));
  if (odd !== undefined) throw new TypeError(`no such ${what}: ${odd.slice(0, 40)}; there is: ${names.join(', ')}`);
}
