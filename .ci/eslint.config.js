// Run from the project root: eslint -c .ci/eslint.config.js
import boundaries from 'eslint-plugin-boundaries';
import tseslint from 'typescript-eslint';

const ROOMS = ['model', 'contract', 'adapter', 'ledger', 'indicators', 'delivery', 'gateway', 'testing', 'cli'];

/** Which rooms a room may import: imports go down this list only (docs/architecture.md, Rooms). */
const MAY_IMPORT = {
  model: [],
  contract: ['model'],
  adapter: ['contract', 'model'],
  ledger: ['adapter', 'contract', 'model'],
  indicators: ['ledger', 'contract', 'model'],
  delivery: ['ledger', 'adapter', 'contract', 'model'],
  gateway: ['delivery', 'indicators', 'ledger', 'adapter', 'contract', 'model'],
  testing: ['delivery', 'ledger', 'adapter', 'contract', 'model', 'adapters'],
  cli: ['gateway', 'testing', 'delivery', 'indicators', 'ledger', 'adapter', 'contract', 'model', 'adapters'],
};

/** Each third-party library is imported in one place only; a second importer is a design question, not a convenience. */
const LIBRARIES = {
  axios: ['src/adapter/http.ts'],
  undici: ['src/adapter/http.ts'],
  'p-retry': ['src/adapter/read-retry.ts'],
  ajv: ['src/contract/compile.ts'],
  pg: ['src/ledger/postgres/**'],
  fastify: ['src/gateway/**', 'adapters/vneid/login/fastify.ts'], // types alone in the second
  '@fastify/*': ['src/gateway/**'],
  pino: ['src/gateway/log.ts'],
  '@prometheus-io/client': ['src/gateway/metrics.ts'],
  yaml: ['src/contract/yaml.ts'],
  saxes: ['src/contract/xml/stream.ts'],
  nock: ['src/testing/nock/door.ts'],
  commander: ['src/cli/main.ts', 'src/cli/program.ts'],
  'cli-progress': ['src/cli/progress.ts'],
  'fast-check': ['src/testing/suite/fast-check.ts'],
  selfsigned: ['src/testing/server/certificate.ts'],
  'openid-client': ['adapters/vneid/login/oidc.ts'],
  jose: ['adapters/vneid/login/token.ts'],
  'write-excel-file': ['src/indicators/report/xlsx.ts'],
};

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '**/generated/**', 'coverage/**', '.cache/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: new URL('..', import.meta.url).pathname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-control-regex': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['src/**/*.ts', 'adapters/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      'no-restricted-imports': ['error', { patterns: Object.keys(LIBRARIES).map((name) => ({ regex: `^${name.replace('/', '\\/').replace('*', '[^/]+')}(/|$)`, message: `${name} is wrapped in one place; import that instead.` })) }],
    },
  },
  ...Object.entries(LIBRARIES).map(([name, files]) => ({
    files,
    rules: {
      'no-restricted-imports': ['error', {
        patterns: Object.keys(LIBRARIES).filter((other) => !sharesFile(LIBRARIES[other], files) && other !== name)
          .map((other) => ({ regex: `^${other.replace('/', '\\/').replace('*', '[^/]+')}(/|$)`, message: `${other} is wrapped in another place.` })),
      }],
    },
  })),
  {
    // The SDK's list of exports stands above the rooms and below the command line.
    files: ['src/index.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: '(^|/)(adapters|cli|testing)/', message: 'src/index.ts exports the rooms; adapters and testing have their own entry.' }] }] },
  },
  {
    files: ['src/cli/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['src/**/*.ts', 'adapters/**/*.ts'],
    plugins: { boundaries },
    settings: {
      'import/resolver': { node: { extensions: ['.ts', '.js', '.json'] } },
      'boundaries/elements': [
        ...ROOMS.map((room) => ({ type: room, pattern: `src/${room}` })),
        { type: 'adapters', pattern: 'adapters/*', capture: ['id'] },
      ],
    },
    rules: {
      'boundaries/dependencies': ['error', {
        default: 'disallow',
        policies: [
          ...ROOMS.map((room) => ({ from: { element: { type: room } }, allow: [room, ...MAY_IMPORT[room]].map((type) => ({ to: { element: { type } } })) })),
          {
            from: { element: { type: 'adapters' } },
            allow: [
              ...['adapter', 'contract', 'model'].map((type) => ({ to: { element: { type } } })),
              { to: { element: { type: 'adapters', captured: { id: '{{from.captured.id}}' } } } },
            ],
          },
        ],
      }],
    },
  },
);

function sharesFile(a, b) {
  return a.some((file) => b.includes(file));
}
