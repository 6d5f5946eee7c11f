/** Code tables, held against a second listing by hand and against the contract document. */
import type { TableFixtures } from '../../adapter/fixtures.ts';
import { isRecord } from '../../contract/is-record.ts';
import type { JsonSchema } from '../../contract/openapi.ts';
import { makeCheck, type Findings, type Suite } from './kit.ts';
import type { AdapterCheck } from './types.ts';

/** The codes that a component knows: its enum, else its examples, and the keys of `x-meaning`. */
function codesOf(schema: JsonSchema): Set<string> {
  const { enum: listed, examples, 'x-meaning': meaning } = schema;
  return new Set([...(Array.isArray(listed) ? listed : Array.isArray(examples) ? examples : []), ...(isRecord(meaning) ? Object.keys(meaning) : [])].filter((c) => c !== '').map(String));
}

/** Codes that no table has. */
const STRANGE = ['', ' ', '~', '99999', 'constructor', '__proto__', 'toString', 'Đ'];

function checkTable(suite: Suite, table: TableFixtures, found: Findings): void {
  const config = suite.configs().get('');
  const { encode, decode, writes = {}, reads = {}, words = [], withheld = [], unread = [] } = table;
  for (const word of words) {
    const isWritten = Object.hasOwn(writes, word);
    if (encode !== undefined && isWritten === withheld.includes(word)) found.add(table.name, `${word} phải có mã hoặc được khai là không có`, `${word} must have a code or be declared to have none`);
    const code = encode?.(word, config);
    if (encode !== undefined && code !== writes[word]) found.add(table.name, `${word} viết thành ${code ?? '(không có)'}, phải là ${writes[word] ?? '(không có)'}`, `${word} is written as ${code ?? '(none)'}, must be ${writes[word] ?? '(none)'}`);
  }
  for (const word of Object.keys(writes)) if (!words.includes(word)) found.add(table.name, `${word} không có trong danh sách từ`, `${word} is not in the list of words`);
  for (const [code, word] of Object.entries(reads)) {
    const read = decode?.(code, config);
    if (read !== word) found.add(table.name, `mã ${code} đọc thành ${read ?? '(không có)'}, phải là ${word}`, `code ${code} is read as ${read ?? '(none)'}, must be ${word}`);
    if (words.length > 0 && !words.includes(word)) found.add(table.name, `mã ${code} đọc thành ${word}, không có từ này`, `code ${code} is read as ${word}, which is no word`);
  }
  if (decode !== undefined) {
    for (const strange of STRANGE) {
      if (!Object.hasOwn(reads, strange) && decode(strange, config) !== undefined) found.add(table.name, `mã lạ "${strange}" được đọc như đã biết`, `the unknown code "${strange}" is read as if it were known`);
    }
  }
  if (table.component === undefined) return;
  const schema = suite.contract()?.schema(table.component);
  if (schema === undefined) {
    found.add(table.name, `tài liệu OpenAPI không có ${table.component}`, `the OpenAPI document has no ${table.component}`);
    return;
  }
  const known = codesOf(schema);
  for (const code of new Set([...Object.values(writes), ...Object.keys(reads)])) {
    if (!known.has(code)) found.add(table.name, `${table.component} không có mã ${code}`, `${table.component} has no code ${code}`);
  }
  if (decode !== undefined) {
    for (const code of known) {
      if (!Object.hasOwn(reads, code) && !unread.includes(code)) found.add(table.name, `mã ${code} của ${table.component} không được đọc`, `code ${code} of ${table.component} is not read`);
    }
  } else {
    const written = new Set([...Object.values(writes), ...unread]);
    for (const code of known) if (!written.has(code)) found.add(table.name, `không từ nào viết thành mã ${code} của ${table.component}`, `no word is written as code ${code} of ${table.component}`);
  }
}

export function tableChecks(suite: Suite): AdapterCheck[] {
  return [
    makeCheck('tables.total', (found) => {
      const { tables } = suite.fixtures;
      if (tables === undefined || tables.length === 0) found.add('tables', 'dữ liệu mẫu không nêu bảng mã; nếu không có, ghi lý do ở absent.tables', 'the fixtures name no code table; if there is none, say why in absent.tables');
      for (const table of tables ?? []) checkTable(suite, table, found);
    }, suite.fixtures.absent?.tables),
  ];
}
