/** Reading a configuration file: YAML or JSON, `${NAME}` from the environment. */
import { readFileSync, statSync } from 'node:fs';
import { issue } from '../../contract/errors/issue.ts';
import type { Issue } from '../../contract/errors/types.ts';
import { pointerPart } from '../../contract/pointer.ts';
import type { Checked } from '../../contract/validate.ts';
import { parseYaml } from '../../contract/yaml.ts';

const MAX_BYTES = 1_048_576;

/** Reads and parses a file. Faults name line and column only: the text around them may be a secret. */
export function readConfigFile(file: string): Checked<unknown> {
  let text: string;
  try {
    if (statSync(file).size > MAX_BYTES) return { ok: false, issues: [issue('LT-CONFIG-UNREADABLE', '', '> 1 MB')] };
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return { ok: false, issues: [issue('LT-CONFIG-UNREADABLE', '', typeof code === 'string' ? code : undefined)] };
  }
  return parseConfigText(text);
}

/** Parses YAML 1.2; JSON is a part of it. Repeated keys and unresolved tags are refused. */
export function parseConfigText(text: string): Checked<unknown> {
  const parsed = parseYaml(text);
  if (parsed.ok) return parsed;
  return {
    ok: false,
    issues: parsed.faults.map(({ code, line, column }) =>
      issue('LT-CONFIG-SYNTAX', '', line === undefined ? code : { vi: `dòng ${line}, cột ${String(column)} (${code})`, en: `line ${line}, column ${String(column)} (${code})` })),
  };
}

export interface Substituted {
  value: unknown;
  issues: Issue[];
  /** pointers of values that are one `${NAME}` and nothing else: text that may stand for a number or a boolean */
  fromEnv: Set<string>;
}

const VARIABLE = /\$\$\{|\$\{([^}]*)\}/g;
const WHOLE = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/;

/** Replaces `${NAME}` in every text, after parsing: a variable's content can never become structure. */
export function substituteEnv(root: unknown, env: Readonly<Record<string, string | undefined>>): Substituted {
  const issues: Issue[] = [];
  const fromEnv = new Set<string>();
  const walk = (node: unknown, pointer: string): unknown => {
    if (typeof node === 'string') {
      if (WHOLE.test(node)) fromEnv.add(pointer);
      return node.replace(VARIABLE, (_all, name: string | undefined) => {
        if (name === undefined) return '${';
        const value = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? env[name] : undefined;
        if (value === undefined || value === '') {
          issues.push(issue('LT-CONFIG-ENV-MISSING', pointer, /^[A-Za-z0-9_]{1,80}$/.test(name) ? name : undefined));
          return '';
        }
        return value;
      });
    }
    if (Array.isArray(node)) return node.map((item, i) => walk(item, `${pointer}/${i}`));
    if (typeof node === 'object' && node !== null) {
      return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, walk(value, `${pointer}/${pointerPart(key)}`)]));
    }
    return node;
  };
  return { value: walk(root, ''), issues, fromEnv };
}
