import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import manifest from '../../../package.json' with { type: 'json' };
import { UPSTREAM_IDS } from '../../testing/upstreams.ts';
import { CommandError, EXIT } from '../output.ts';
import { scaffold, type Scaffold } from '../scaffold/files.ts';
import { isAdapterId } from '../scaffold/names.ts';
import type { GeneratedFile } from '../scaffold/render.ts';
import { todosIn, TODOS, type TodoPlace } from '../scaffold/todos.ts';

export interface NewAdapterOptions { out?: string; from?: string; operations?: string; js?: boolean; tests: string; force?: boolean; json?: boolean }

const usage = (en: string, vi: string): CommandError => new CommandError(`${en} / ${vi}`, EXIT.usage);

/** Writes an adapter that is green under the conformance suite, and says what is left to decide. */
export function newAdapter(id: string, options: NewAdapterOptions): void {
  if (!isAdapterId(id)) throw usage(`'${id}' is no name for an adapter: lower-case letters, digits, single dashes, at most 40`, `'${id}' không dùng làm tên được: chữ thường, số, dấu gạch nối đơn, tối đa 40`);
  if ((UPSTREAM_IDS as readonly string[]).includes(id)) throw usage(`'${id}' is an adapter of this package already`, `'${id}' đã là bộ kết nối có sẵn`);
  const { tests: runner, from: document } = options;
  if (runner !== 'vitest' && runner !== 'node') throw usage(`--tests: vitest or node, not '${runner}'`, `--tests: vitest hoặc node, không phải '${runner}'`);
  if (options.operations !== undefined && document === undefined) throw usage('--operations needs --from', '--operations cần đi cùng --from');
  const operations = options.operations?.split(',').map((name) => name.trim()).filter((name) => name !== '');
  if (operations?.length === 0) throw usage('--operations names none', '--operations không nêu thao tác nào');
  const out = folderOf(options.out ?? id);
  const made = scaffold({
    id, runner, language: options.js === true ? 'js' : 'ts', version: manifest.version,
    ...(document === undefined ? {} : { document }), ...(operations === undefined ? {} : { operations }),
  });
  const project = projectOf(out);
  const files = [...made.files, ...(project === undefined ? made.project : [])];
  refuseExisting(out, files, options.force === true);
  for (const { path, content } of files) {
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, path), content);
  }
  const todos = files.flatMap(({ path, content }) => (path.endsWith('.md') ? [] : todosIn(path, content)));
  process.stdout.write(options.json === true ? `${JSON.stringify(facts(out, files, todos, made, project))}\n` : `${told(out, files, todos, made, project, runner).join('\n')}\n`);
}

/** A relative folder may not climb out of where the command runs; whoever means another place gives it in full. */
function folderOf(given: string): string {
  if (given === '' || given.includes('\0')) throw usage('--out: no folder', '--out: không phải thư mục');
  if (given.split(/[/\\]/).includes('..')) throw usage("--out: '..' is not taken; give the whole path", "--out: không nhận '..'; hãy ghi đường dẫn đầy đủ");
  return resolve(given);
}

/** The project that the folder belongs to: its own package.json, or one above it up to where the command runs. */
function projectOf(out: string): { file: string; isModule: boolean } | undefined {
  const here = process.cwd();
  const inside = out === here || out.startsWith(here + sep);
  for (let at = out; ; at = dirname(at)) {
    const file = join(at, 'package.json');
    if (existsSync(file)) return { file, isModule: isModule(file) };
    if (!inside || at === here || at === dirname(at)) return undefined;
  }
}

function isModule(file: string): boolean {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { type?: unknown }).type === 'module';
  } catch {
    return false;
  }
}

/** Nothing is written over without being asked; through a link never, for nobody knows where it leads. */
function refuseExisting(out: string, files: readonly GeneratedFile[], force: boolean): void {
  if (existsSync(out) && !lstatSync(out).isDirectory()) throw usage(`${out}: not a folder`, `${out}: không phải thư mục`);
  const there = files.filter(({ path }) => lstatSync(join(out, path), { throwIfNoEntry: false }) !== undefined);
  const odd = there.filter(({ path }) => !lstatSync(join(out, path)).isFile()).map(({ path }) => path);
  if (odd.length > 0) throw usage(`not written over, because no plain file: ${odd.join(', ')}`, `không ghi đè vì không phải tệp thường: ${odd.join(', ')}`);
  if (there.length > 0 && !force) throw usage(`already there: ${there.map(({ path }) => path).join(', ')}; --force writes over them`, `đã có: ${there.map(({ path }) => path).join(', ')}; --force để ghi đè`);
}

type Project = ReturnType<typeof projectOf>;

function facts(out: string, files: readonly GeneratedFile[], todos: readonly TodoPlace[], { model }: Scaffold, project: Project): Record<string, unknown> {
  return {
    folder: out, files: files.map(({ path }) => path), project: project?.file ?? null,
    operations: model?.operations.map(({ id, method, path }) => ({ id, call: `${method} ${path}` })) ?? [], skipped: model?.skipped ?? [], notes: model?.notes ?? [],
    todos: todos.map(({ file, line, key, about }) => ({ file, line, key, ...(about === '' ? {} : { about }), what: TODOS[key].what, why: TODOS[key].why })),
  };
}

const MOST_LISTED = 20;

function told(out: string, files: readonly GeneratedFile[], todos: readonly TodoPlace[], { model, project: own }: Scaffold, project: Project, runner: 'vitest' | 'node'): string[] {
  const here = relative(process.cwd(), out);
  const shown = here === '' ? '.' : here.startsWith('..') ? out : here;
  const lines = [`${shown}: ${files.length} files / tệp`, `  ${files.map(({ path }) => path).join('  ')}`];
  const more = (count: number): string[] => (count > MOST_LISTED ? [`  … ${count - MOST_LISTED} more, in README.md / còn nữa, xem README.md`] : []);
  if (model !== undefined) {
    lines.push('', `${model.operations.length} operations / thao tác: ${model.operations.map(({ id }) => id).join(', ')}`);
    if (model.skipped.length > 0) lines.push('', 'Left out / Không tạo:', ...model.skipped.slice(0, MOST_LISTED).map(({ call, why }) => `  ${call}: ${why.en} / ${why.vi}`), ...more(model.skipped.length));
    if (model.notes.length > 0) lines.push('', 'Notes on the document / Lưu ý về tài liệu:', ...model.notes.slice(0, MOST_LISTED).map(({ pointer, text }) => `  ${pointer}: ${text.en} / ${text.vi}`), ...more(model.notes.length));
  }
  lines.push('', `To decide, ${todos.length} places / Cần quyết định, ${todos.length} chỗ:`);
  // One paragraph for each kind of decision: thirty operations must not repeat its reason thirty times.
  for (const key of new Set(todos.map((todo) => todo.key))) {
    const { what, why } = TODOS[key];
    lines.push('', `  ${key}: ${what.en}. ${why.en}.`, `  ${' '.repeat(key.length)}  ${what.vi}. ${why.vi}.`);
    lines.push(...todos.filter((todo) => todo.key === key).map(({ file, line, about }) => `    ${join(shown, file)}:${line}${about === '' ? '' : `  ${about}`}`));
  }
  lines.push('', 'Next / Tiếp theo:');
  if (project === undefined) lines.push(`  cd ${shown} && npm install && npm test${own.some(({ path }) => path === 'tsconfig.json') ? ' && npm run types' : ''}`);
  else {
    lines.push(`  npm i lienthong && npm i -D fast-check${runner === 'vitest' ? ' vitest' : ''}`, runner === 'vitest' ? `  npx vitest run ${shown}` : `  node --test ${join(shown, files.find(({ path }) => path.startsWith('adapter.test.'))?.path ?? '')}`);
    if (!project.isModule) lines.push(`  ${project.file}: add "type": "module", the files are ES modules / thêm "type": "module", các tệp là mô-đun ES`);
  }
  return lines;
}
