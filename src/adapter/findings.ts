/** What was found wrong while one message was written, collected: a person gets all of it at once. */
import { issue } from '../contract/errors/issue.ts';
import type { Issue, Text } from '../contract/errors/types.ts';

/** `warnings` stays undefined where nobody reads them: the way to the wire. */
export interface Findings { issues: Issue[]; warnings: Issue[] | undefined }

export const fault = (to: Findings, code: string, pointer: string, detail?: Partial<Text> | string): void => {
  to.issues.push(issue(code, pointer, detail));
};
export const caution = (to: Findings, code: string, pointer: string, detail?: Partial<Text> | string): void => {
  to.warnings?.push(issue(code, pointer, detail, 'warning'));
};
