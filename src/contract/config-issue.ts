import { issue } from './errors/issue.ts';
import type { Issue } from './errors/types.ts';

/** A schema's finding in the words of a configuration. */
export function configIssue(found: Issue): Issue {
  if (found.code === 'LT-INPUT-UNKNOWN-FIELD') return issue('LT-CONFIG-UNKNOWN-KEY', found.pointer);
  if (found.code === 'LT-INPUT-REQUIRED') return issue('LT-CONFIG-REQUIRED', found.pointer);
  return issue('LT-CONFIG-VALUE', found.pointer, found.message);
}
