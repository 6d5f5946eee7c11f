import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;
// Only what is said about imports: the text is no real file of its name.
const eslint = new ESLint({
  cwd: root,
  overrideConfigFile: `${root}.ci/eslint.config.js`,
  // With CI in the environment the parser reads files from disk once and ignores the text that it is given here.
  overrideConfig: { files: ['**/*.ts'], languageOptions: { parserOptions: { disallowAutomaticSingleRunInference: true } } },
  ruleFilter: ({ ruleId }) => ruleId === 'boundaries/dependencies' || ruleId === 'no-restricted-imports',
});

/** Names of the rules that a file with this one import breaks. */
async function broken(file: string, specifier: string): Promise<string[]> {
  const [result] = await eslint.lintText(`import { something } from '${specifier}';\n\nexport const kept = something;\n`, { filePath: `${root}${file}` });
  return (result?.messages ?? []).map((m) => m.ruleId ?? m.message);
}

describe('the lint configuration', () => {
  it.each([
    ['the model an adapter', 'src/model/phone.ts', '../adapter/random.ts'],
    ['the model a built adapter', 'src/model/phone.ts', '../../adapters/dvcqg/adapter.ts'],
    ['one adapter another', 'adapters/dvcqg/answer.ts', '../opencps/adapter.ts'],
    ['an adapter the ledger', 'adapters/opencps/fields.ts', '../../src/ledger/ledger.ts'],
    ['the gateway an adapter', 'src/gateway/views.ts', '../../adapters/dvcqg/adapter.ts'],
    ['the ledger the delivery room', 'src/ledger/keys.ts', '../delivery/index.ts'],
    ['the gateway the simulators', 'src/gateway/views.ts', '../testing/index.ts'],
  ])('does not let %s import', async (_what, file, specifier) => {
    expect(await broken(file, specifier)).toEqual(['boundaries/dependencies']);
  });

  it.each([
    ['src/gateway/views.ts', 'axios'],
    ['adapters/dvcqg/answer.ts', 'undici'],
    ['src/model/phone.ts', 'ajv/dist/2020.js'],
  ])('does not let %s import %s, which is wrapped elsewhere', async (file, specifier) => {
    expect(await broken(file, specifier)).toContain('no-restricted-imports');
  });

  it.each([
    ['src/gateway/views.ts', '../ledger/ledger.ts'],
    ['adapters/dvcqg/answer.ts', '../../src/model/text.ts'],
    ['adapters/dvcqg/operations/common.ts', '../config.ts'],
    ['src/cli/demo-check.ts', '../../adapters/dvcqg/adapter.ts'],
    ['src/adapter/http.ts', 'axios'],
  ])('lets %s import %s', async (file, specifier) => {
    expect(await broken(file, specifier)).toEqual([]);
  });
});
