/**
 * Renders the tables of docs/lost-replies.md from the code that decides. The test compares; after a decision has changed,
 *
 *   npm exec -- node test/docs/lost-replies-tables.ts
 *
 * writes the new tables into the document.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { NATIONAL_STATUSES, STATUS_TABLE } from '../../adapters/dvcqg/codes.ts';
import { LOST_REPLIES, STEP_DECISIONS, UNDECIDED_STEP } from '../../adapters/dvcqg/lost-replies.ts';
import { LOST_REPLIES as DVCLT_REPLIES } from '../../adapters/dvclt/lost-replies.ts';
import { LOST_REPLIES as EMC_REPLIES } from '../../adapters/emc/lost-replies.ts';
import { LOST_REPLIES as VNEID_REPLIES } from '../../adapters/vneid/lost-replies.ts';
import type { Text } from '../../src/contract/errors/types.ts';
import { LOST_REPLIES as LAND_REPLIES } from '../../adapters/vbdlis/lost-replies.ts';
import { dancu } from '../../adapters/dancu/adapter.ts';
import { opencps } from '../../adapters/opencps/adapter.ts';

export const DOCUMENT = new URL('../../docs/lost-replies.md', import.meta.url);

const HOW: Readonly<Record<string, string>> = {
  probe: 'asked first',
  'per-step': 'decided by the step’s status',
  'resend-once': 'sent once more',
  'never-resend': 'never sent again',
  'known-again': 'sent again: it is known when it comes twice',
  'read-again': 'asked again',
};

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

const operationTable = (replies: Readonly<Record<string, { how: string; why: Text }>>): string =>
  table(['operation', 'after a lost reply', 'why', 'vì sao'], Object.entries(replies).map(([id, { how, why }]) => [`\`${id}\``, HOW[how] ?? how, why.en, why.vi]));

function dvcqgSteps(): string {
  const steps = NATIONAL_STATUSES.map((code) => {
    const meaning = STATUS_TABLE.rows().find((r) => r.wire === code)?.meaning;
    const { then, why } = STEP_DECISIONS[code];
    return [code, `${meaning?.vi ?? ''} (${meaning?.en ?? ''})`, HOW[then] ?? then, why.en, why.vi];
  });
  return table(['step', 'status', 'after a lost reply', 'why', 'vì sao'], [...steps, ['–', 'chưa ánh xạ (not mapped)', HOW[UNDECIDED_STEP.then] ?? '', UNDECIDED_STEP.why.en, UNDECIDED_STEP.why.vi]]);
}

/** Of an adapter that only reads. */
function readingOperations(operations: Readonly<Record<string, { id: string; access: string; idempotency: { why: Text } }>>): string {
  return table(['operation', 'after a lost reply', 'why', 'vì sao'], Object.values(operations).map((o) => [`\`${o.id}\``, o.access === 'read' ? 'asked again' : '', o.idempotency.why.en, o.idempotency.why.vi]));
}

const TABLES: Readonly<Record<string, () => string>> = { 'dvcqg-operations': () => operationTable(LOST_REPLIES), 'vbdlis-operations': () => operationTable(LAND_REPLIES), 'emc-operations': () => operationTable(EMC_REPLIES), 'dvclt-operations': () => operationTable(DVCLT_REPLIES), 'vneid-operations': () => operationTable(VNEID_REPLIES), 'dvcqg-steps': dvcqgSteps, 'dancu-operations': () => readingOperations(dancu.operations), 'opencps-operations': () => readingOperations(opencps.operations) };

/** The document with every table as the code has it now. @throws Error when a table has no place in the document */
export function withTables(document: string): string {
  let text = document;
  for (const [name, render] of Object.entries(TABLES)) {
    const place = new RegExp(`(<!-- table: ${name} -->\\n)[\\s\\S]*?(<!-- end -->)`);
    if (!place.test(text)) throw new Error(`no place for the table '${name}'`);
    text = text.replace(place, (_all, before: string, after: string) => `${before}${render()}\n${after}`);
  }
  return text;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) writeFileSync(DOCUMENT, withTables(readFileSync(DOCUMENT, 'utf8')));
