/** What an adapter says of itself: configuration, contract document, operations; and whether the fixtures cover it. */
import { compileSchema } from '../../contract/compile.ts';
import type { Text } from '../../contract/errors/types.ts';
import { isRecord } from '../../contract/is-record.ts';
import { childPointer } from '../../contract/pointer.ts';
import { isValidationError } from '../../contract/validate.ts';
import { checkIssues, contextOf, describeError, makeCheck, type Findings, type Suite } from './kit.ts';
import type { AdapterCheck } from './types.ts';
import { valueAt, withChanges } from './values.ts';

type Schema = Record<string, unknown>;
const schemaOf = (value: unknown): Schema => (isRecord(value) ? value : {});
const fieldsOf = (schema: Schema): [string, Schema][] => Object.entries(schemaOf(schema['properties'])).map(([name, field]) => [name, schemaOf(field)]);
const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';

/** Names that only secrets have. */
const SECRET_NAME = /^(password|passwd|secret|token|api_?key|private_?key|credential|access_?key)s?$|(Password|Secret|Token|ApiKey|PrivateKey|AccessKey)$/i;

function checkFields(schema: Schema, at: string, found: Findings): void {
  for (const [name, field] of fieldsOf(schema)) {
    const pointer = childPointer(at, name);
    if (at === '' && !isText(field['description'])) found.add(pointer, 'thiếu mô tả tiếng Anh (description)', 'has no English description');
    if (at === '' && !isText(field['x-description-vi'])) found.add(pointer, 'thiếu mô tả tiếng Việt (x-description-vi)', 'has no Vietnamese description (x-description-vi)');
    if (SECRET_NAME.test(name) && field['writeOnly'] !== true) found.add(pointer, 'là bí mật nhưng không có writeOnly', 'is a secret and not writeOnly');
    if (field['writeOnly'] === true && 'default' in field) found.add(pointer, 'bí mật không được có giá trị mặc định', 'a secret must have no default');
    if (field['writeOnly'] !== true) checkFields(field, pointer, found);
  }
}

/** Does a part of the schema on the way to this pointer say writeOnly? */
function isWriteOnly(schema: Schema, pointer: string): boolean {
  let at = schema;
  for (const name of pointer.split('/').slice(1)) {
    at = schemaOf(schemaOf(at['properties'])[name] ?? at['additionalProperties']);
    if (at['writeOnly'] === true) return true;
  }
  return false;
}

function checkConfig({ adapter, fixtures }: Suite, found: Findings): void {
  const schema = adapter.configSchema;
  try {
    const checked = compileSchema(schema)(fixtures.config);
    if (!checked.ok) found.add('config', `cấu hình mẫu không hợp lệ: ${checked.issues[0]?.code ?? ''} ${checked.issues[0]?.pointer ?? ''}`, `the configuration of the fixtures is not valid: ${checked.issues[0]?.code ?? ''} ${checked.issues[0]?.pointer ?? ''}`);
  } catch (error) {
    found.add('configSchema', `không dịch được: ${describeError(error)}`, `does not compile: ${describeError(error)}`);
    return;
  }
  checkFields(schema, '', found);
  for (const pointer of fixtures.secrets) {
    if (valueAt(fixtures.config, pointer) === undefined) found.add(pointer, 'cấu hình mẫu không có bí mật này', 'the configuration of the fixtures lacks this secret');
    if (!isWriteOnly(schema, pointer)) found.add(pointer, 'là bí mật nhưng không có writeOnly', 'is a secret and not writeOnly');
  }
  const refuses = (where: string, raw: unknown, pointer: string): void => {
    try {
      adapter.configure(raw);
      found.add(where, 'không bị từ chối', 'is not refused');
    } catch (error) {
      if (!isValidationError(error)) found.add(where, `ném ${describeError(error)}, không phải ValidationError`, `throws ${describeError(error)}, not a ValidationError`);
      else {
        checkIssues(error.issues, where, found);
        if (!error.issues.some((i) => i.pointer === pointer)) found.add(where, `lỗi không trỏ tới ${pointer}`, `no issue points to ${pointer}`);
      }
    }
  };
  refuses('unknown key', { ...fixtures.config, noSuchSetting: 1 }, '/noSuchSetting');
  for (const name of Array.isArray(schema['required']) ? (schema['required'] as string[]) : []) refuses(`without ${name}`, withChanges(fixtures.config, { [childPointer('', name)]: undefined }), childPointer('', name));
}

function checkContract(suite: Suite, found: Findings): void {
  const contract = suite.contract();
  if (contract === undefined) {
    found.add('contract', 'bộ kết nối không có tài liệu OpenAPI; nếu đúng vậy, ghi lý do ở absent.contract', 'the adapter has no OpenAPI document; if so, say why in absent.contract');
    return;
  }
  if (contract.operations.length === 0) found.add('contract', 'không có thao tác nào', 'has no operation');
  for (const { id, title } of contract.operations) if (!isText(title.vi) || !isText(title.en)) found.add(id, 'thiếu tên (summary)', 'has no summary');
  for (const name of contract.schemaNames()) {
    try {
      contract.checkAgainst(name, {});
    } catch (error) {
      found.add(name, `không dịch được: ${describeError(error)}`, `does not compile: ${describeError(error)}`);
    }
  }
}

const isBilingual = (text: Text | undefined): boolean => text !== undefined && isText(text.vi) && isText(text.en) && text.vi !== text.en;

function checkOperations(suite: Suite, found: Findings): void {
  if (!isText(suite.adapter.title.vi) || !isText(suite.adapter.title.en)) found.add('title', 'thiếu tên tiếng Việt hoặc tiếng Anh', 'lacks its name in Vietnamese or English');
  if (!isText(suite.adapter.version)) found.add('version', 'thiếu phiên bản', 'there is none');
  const config = suite.configs().get('');
  for (const { id, operation, fixtures } of suite.operations) {
    if (!isBilingual(operation.title)) found.add(id, 'tên phải có tiếng Việt và tiếng Anh', 'its title must be in Vietnamese and in English');
    if (!isBilingual(operation.idempotency.why)) found.add(id, 'lý do idempotency phải có hai ngôn ngữ', 'the reason of its idempotency must be in both languages');
    if (operation.access === 'write' && operation.probe === undefined && operation.lostReply === undefined) found.add(id, 'ghi mà không có probe hay lostReply', 'writes and has neither probe nor lostReply');
    if (operation.access === 'write' && operation.coalesce === 'snapshot' && operation.idempotency.kind === 'none') found.add(id, 'bản chụp mà không lặp lại được', 'is a snapshot that may not be repeated');
    if (!Number.isInteger(operation.batch.max) || operation.batch.max < 1) found.add(id, 'batch.max phải từ 1', 'batch.max must be at least 1');
    const request: unknown = operation.encode([fixtures.inputs[0]], contextOf(config, fixtures.remote));
    for (const [what, wrong] of [['nothing', undefined], ['text', 'x'], ['a list', []]] as const) {
      if (operation.request(wrong).ok) found.add(id, `kiểm tra gói gửi đi cho qua ${what}`, `the check of what leaves lets ${what} pass`);
    }
    if (isRecord(request) && operation.access === 'write' && operation.request({ ...request, noSuchField: 1 }).ok) found.add(id, 'kiểm tra gói gửi đi cho qua trường lạ', 'the check of what leaves lets an unknown field pass');
  }
}

function checkFixtures(suite: Suite, found: Findings): void {
  for (const id of Object.keys(suite.adapter.operations)) {
    const own = suite.operations.find((op) => op.id === id);
    if (own === undefined) {
      found.add(id, 'không có dữ liệu mẫu', 'has no fixtures');
      continue;
    }
    if (own.fixtures.inputs.length === 0) found.add(id, 'không có đầu vào mẫu', 'has no example input');
    const kinds = new Set(own.fixtures.answers.map((a) => a.means.split(' ')[0]));
    const needed = own.operation.access === 'write' ? ['accepted', 'rejected', 'retry', 'unknown'] : ['accepted', 'rejected', 'retry'];
    for (const kind of needed) if (!kinds.has(kind)) found.add(id, `không có câu trả lời mẫu nào nghĩa là ${kind}`, `has no documented answer that means ${kind}`);
  }
}

export function schemaChecks(suite: Suite): AdapterCheck[] {
  return [
    makeCheck('fixtures.complete', (found) => checkFixtures(suite, found)),
    makeCheck('schema.config', (found) => checkConfig(suite, found)),
    makeCheck('schema.contract', (found) => checkContract(suite, found), suite.fixtures.absent?.contract),
    makeCheck('schema.operations', (found) => checkOperations(suite, found)),
  ];
}
