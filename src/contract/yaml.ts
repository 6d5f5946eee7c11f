/** YAML 1.2, and JSON as a part of it. `yaml` is imported here only. */
import { parseDocument } from 'yaml';

/** Where a text is wrong: what, and in which line; never the text around it, which may be a secret. */
export interface YamlFault { code: string; line?: number; column?: number }
export type ParsedYaml = { ok: true; value: unknown } | { ok: false; faults: YamlFault[] };

const MOST_FAULTS = 20;

/**
 * Repeated keys and unresolved tags are refused.
 * @param maxAliases aliases are expanded; the bound stops a "billion laughs" file. Default 50
 */
export function parseYaml(text: string, maxAliases = 50): ParsedYaml {
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: true, logLevel: 'silent', version: '1.2' });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    return { ok: false, faults: faults.slice(0, MOST_FAULTS).map((fault) => {
      const at = fault.linePos?.[0];
      return { code: fault.code, ...(at === undefined ? {} : { line: at.line, column: at.col }) };
    }) };
  }
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: maxAliases }) as unknown };
  } catch {
    return { ok: false, faults: [{ code: 'alias' }] };
  }
}
