/** From our words to the wire's: what leaves is valid, repeatable, and says what it must. */
import type { Changes } from '../../adapter/fixtures.ts';
import type { Text } from '../../contract/errors/types.ts';
import { isValidationError } from '../../contract/validate.ts';
import { checkIssues, contextOf, describeError, issuesShown, makeCheck, type Findings, type OperationCase, type Suite } from './kit.ts';
import type { AdapterCheck } from './types.ts';
import { difference, mapTexts, plain, same, shown, valueAt, withChanges } from './values.ts';

type Law = (op: OperationCase, config: unknown, input: unknown, found: Findings) => void;

/**
 * Tries a law on every example under every configuration, then on random inputs.
 * @param random under which configurations: all of them, the plain one, or none
 */
async function everywhere(suite: Suite, found: Findings, law: Law, random: 'all' | 'plain' | 'none' = 'all'): Promise<void> {
  for (const op of suite.operations) {
    for (const [variant, config] of suite.configs()) {
      const where = variant === '' ? op.id : `${op.id} (${variant})`;
      op.fixtures.inputs.forEach((input: unknown, i) => {
        found.within(`${where}, inputs/${i}`, () => {
          try {
            law(op, config, input, found);
          } catch (error) {
            found.add('', `ném ${describeError(error)}`, `throws ${describeError(error)}`);
          }
        });
      });
      const { arbitrary } = op.fixtures;
      if (arbitrary !== undefined && (random === 'all' || (random === 'plain' && variant === ''))) await suite.forAll(found, where, (draw) => arbitrary(draw), (input, inner) => law(op, config, input, inner));
    }
  }
}

const encode = (op: OperationCase, config: unknown, inputs: unknown[]): unknown => op.operation.encode(inputs, contextOf(config, op.fixtures.remote));

function isValid(suite: Suite): Law {
  const contract = suite.contract();
  return (op, config, input, found) => {
    const request = encode(op, config, [input]);
    const checked = op.operation.request(request);
    if (!checked.ok) found.add('', `thao tác từ chối gói của chính nó: ${issuesShown(checked.issues)}`, `the operation refuses its own message: ${issuesShown(checked.issues)}`);
    const { component } = op.fixtures;
    const name = typeof component === 'function' ? component(request) : component;
    if (name === undefined || contract === undefined) return;
    const issues = contract.checkAgainst(name, plain(request));
    if (issues.length > 0) found.add('', `không hợp lệ với ${name}: ${issuesShown(issues)}`, `is not a valid ${name}: ${issuesShown(issues)}`);
  };
}

/** Settings may hold what cannot be copied; then they are not compared. */
function copyOf(value: unknown): { copy: unknown } | undefined {
  try {
    return { copy: structuredClone(value) };
  } catch {
    return undefined;
  }
}

const isPure: Law = (op, config, input, found) => {
  const before = structuredClone(input);
  const first = structuredClone(encode(op, config, [input]));
  const second = encode(op, config, [structuredClone(before)]);
  if (!same(input, before)) found.add('', `đầu vào bị sửa: ${difference(input, before)}`, `the input was changed: ${difference(input, before)}`);
  if (!same(first, second)) found.add('', `lần thứ hai cho gói khác: ${difference(second, first)}`, `the second time gives another message: ${difference(second, first)}`);
};

const isNormal: Law = (op, config, input, found) => {
  const [composed, decomposed] = (['NFC', 'NFD'] as const).map((form) => encode(op, config, [mapTexts(input, (text) => text.normalize(form))]));
  const differs = difference(decomposed, composed);
  if (differs !== '') found.add('', `chữ tổ hợp cho gói khác: ${differs}`, `NFD gives another message: ${differs}`);
};

const comesBack: Law = (op, config, input, found) => {
  const { roundTrip } = op.fixtures;
  if (roundTrip === undefined) return;
  const before = structuredClone(input);
  const differs = difference(plain(roundTrip.decode(encode(op, config, [input]), config)), plain(roundTrip.expected(before, config)));
  if (differs !== '') found.add('', `đọc lại khác: ${differs}`, `reads back otherwise: ${differs}`);
};

/** What the first example becomes with these changes. */
function written(suite: Suite, op: OperationCase, set: Changes): unknown {
  return encode(op, suite.configs().get(''), [withChanges(op.fixtures.inputs[0] as unknown, set)]);
}

function checkKnown(suite: Suite, list: 'dates' | 'known', found: Findings): void {
  for (const op of suite.operations) {
    for (const { what, set, gives } of op.fixtures[list] ?? []) {
      const where = `${op.id}, ${what}`;
      try {
        const request = written(suite, op, set);
        for (const [pointer, expected] of Object.entries(gives)) {
          const actual = valueAt(request, pointer);
          if (!same(plain(actual), plain(expected))) found.add(where, `${pointer} là ${shown(actual)}, phải là ${shown(expected)}`, `${pointer} is ${shown(actual)}, must be ${shown(expected)}`);
        }
      } catch (error) {
        found.add(where, `ném ${describeError(error)}`, `throws ${describeError(error)}`);
      }
    }
  }
}

function checkVerbatim(suite: Suite, found: Findings): void {
  for (const op of suite.operations) {
    for (const { from, to, values } of op.fixtures.verbatim ?? []) {
      for (const value of values) {
        const where = `${op.id}, ${from}`;
        try {
          const actual = valueAt(written(suite, op, { [from]: value }), to);
          if (actual !== value) found.add(where, `${shown(value)} thành ${shown(actual)} ở ${to}`, `${shown(value)} becomes ${shown(actual)} at ${to}`);
        } catch (error) {
          found.add(where, `ném ${describeError(error)}`, `throws ${describeError(error)}`);
        }
      }
    }
  }
}

function checkRefused(suite: Suite, found: Findings): void {
  for (const op of suite.operations) {
    for (const { what, set, code, pointer } of op.fixtures.refused ?? []) {
      const where = `${op.id}, ${what}`;
      try {
        const checked = op.operation.request(written(suite, op, set));
        // Nothing leaves that the operation's own check refuses either.
        if (checked.ok) found.add(where, 'không bị từ chối', 'is not refused');
        else if (!checked.issues.some((i) => i.code === code && i.pointer === pointer)) found.add(where, `cần ${code} tại ${pointer}, có ${issuesShown(checked.issues)}`, `expected ${code} at ${pointer}, found ${issuesShown(checked.issues)}`);
      } catch (error) {
        if (!isValidationError(error)) found.add(where, `ném ${describeError(error)}, không phải ValidationError`, `throws ${describeError(error)}, not a ValidationError`);
        else {
          checkIssues(error.issues, where, found);
          if (!error.issues.some((i) => i.code === code && i.pointer === pointer)) found.add(where, `cần ${code} tại ${pointer}, có ${issuesShown(error.issues)}`, `expected ${code} at ${pointer}, found ${issuesShown(error.issues)}`);
        }
      }
    }
  }
}

/** Where no example says anything there is nothing to check; that is said, not passed over. */
function unless(suite: Suite, list: 'dates' | 'known' | 'verbatim' | 'refused' | 'roundTrip', what: Text): Text | undefined {
  return suite.operations.some(({ fixtures }) => fixtures[list] !== undefined) || suite.operations.some(({ operation }) => operation.access === 'write') ? undefined : what;
}
const READS_ONLY: Text = { vi: 'bộ kết nối chỉ đọc và dữ liệu mẫu không nêu gì', en: 'the adapter only reads and its fixtures name nothing' };

/** A write without known values would pass by saying nothing. */
function mustName(suite: Suite, list: 'dates' | 'known' | 'verbatim' | 'refused' | 'roundTrip', found: Findings): void {
  const writes = suite.operations.filter(({ operation }) => operation.access === 'write');
  if (writes.length > 0 && !writes.some(({ fixtures }) => fixtures[list] !== undefined)) found.add('fixtures', `không lời ghi nào có "${list}"`, `no write has "${list}"`);
}

export function encodeChecks(suite: Suite): AdapterCheck[] {
  return [
    makeCheck('encode.valid', (found) => everywhere(suite, found, isValid(suite))),
    makeCheck('encode.pure', async (found) => {
      const before = [...suite.configs()].map(([variant, config]) => ({ variant, config, copied: copyOf(config) }));
      await everywhere(suite, found, isPure, 'plain');
      for (const { variant, config, copied } of before) {
        if (copied !== undefined && !same(config, copied.copy)) found.add(variant, 'cấu hình bị sửa', 'the configuration was changed');
      }
    }),
    makeCheck('encode.unicode', (found) => everywhere(suite, found, isNormal, 'none')),
    makeCheck('encode.verbatim', (found) => {
      mustName(suite, 'verbatim', found);
      checkVerbatim(suite, found);
    }, unless(suite, 'verbatim', READS_ONLY)),
    makeCheck('encode.dates', (found) => {
      mustName(suite, 'dates', found);
      checkKnown(suite, 'dates', found);
    }, unless(suite, 'dates', READS_ONLY)),
    makeCheck('encode.known', (found) => {
      mustName(suite, 'known', found);
      checkKnown(suite, 'known', found);
    }, unless(suite, 'known', READS_ONLY)),
    makeCheck('encode.roundtrip', async (found) => {
      mustName(suite, 'roundTrip', found);
      await everywhere(suite, found, comesBack);
    }, unless(suite, 'roundTrip', READS_ONLY)),
    makeCheck('encode.refused', (found) => {
      mustName(suite, 'refused', found);
      checkRefused(suite, found);
    }, unless(suite, 'refused', READS_ONLY)),
  ];
}
