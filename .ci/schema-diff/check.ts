/** Holds a set of documents against the last release: what changed, what that means, and whether version and changelog say so. */
import type { Node as Json } from '../../src/contract/json-node.ts';
import { compareDocuments, versionOf } from './compare-document.ts';
import type { Published } from './documents.ts';
import { highest, type Change, type Level } from './levels.ts';

export interface ChangelogEntry { id: string; version: string; breaking: boolean; /** lines of text below the heading */ lines: number }
export interface Verdict {
  id: string;
  /** undefined: never released */
  from: string | undefined;
  to: string;
  changes: Change[];
  level: Level | undefined;
  /** what is missing; empty when all is well */
  faults: string[];
}

const HEADING = /^## (\S+) (\S+) · (BREAKING|not breaking)(?: · .*)?$/;

/**
 * `## <document> <version> · BREAKING` or `· not breaking`, and below it what changed.
 * @throws Error that names a heading of another form
 */
export function readChangelog(text: string): ChangelogEntry[] {
  const entries: ChangelogEntry[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('## ')) {
      const [, id, version, kind] = HEADING.exec(line) ?? [];
      if (id === undefined || version === undefined) throw new Error(`changelog: a heading reads '## <document> <version> · BREAKING' or '… · not breaking', not '${line}'`);
      entries.push({ id, version, breaking: kind === 'BREAKING', lines: 0 });
    } else if (line.trim() !== '') {
      const last = entries.at(-1);
      if (last !== undefined) last.lines += 1;
    }
  }
  return entries;
}

type Numbers = readonly [number, number, number];
const numbers = (version: string): Numbers => version.split('.').map(Number) as unknown as Numbers;

/** The smallest version that says what a change is. */
export function nextVersion(version: string, level: Level): string {
  const [major, minor, patch] = numbers(version);
  return { major: `${major + 1}.0.0`, minor: `${major}.${minor + 1}.0`, patch: `${major}.${minor}.${patch + 1}` }[level];
}

function isBelow(a: string, b: string): boolean {
  const [x, y] = [numbers(a), numbers(b)];
  const at = x.findIndex((n, i) => n !== y[i]);
  return at >= 0 && (x[at] ?? 0) < (y[at] ?? 0);
}

export function checkDocument(published: Published, released: Json | undefined, changelog: readonly ChangelogEntry[]): Verdict {
  const { id, document, roles } = published;
  const to = versionOf(document);
  const entry = changelog.find((e) => e.id === id && e.version === to);
  const faults: string[] = [];
  const wantEntry = (breaking: boolean): void => {
    const heading = `'## ${id} ${to} · ${breaking ? 'BREAKING' : 'not breaking'}'`;
    if (entry === undefined) faults.push(`the changelog lacks ${heading}`);
    else if (breaking && !entry.breaking) faults.push(`the changelog calls ${to} 'not breaking', but it is: ${heading}`);
    else if (entry.lines === 0) faults.push(`the changelog says nothing below ${heading}`);
  };
  if (released === undefined) {
    wantEntry(entry?.breaking ?? false);
    return { id, from: undefined, to, changes: [], level: undefined, faults };
  }
  const from = versionOf(released);
  const changes = compareDocuments(released, document, roles);
  const level = highest(changes.map((change) => change.level));
  if (level === undefined) {
    if (from !== to) faults.push(`nothing changed, but the version went from ${from} to ${to}`);
    return { id, from, to, changes, level, faults };
  }
  const least = nextVersion(from, level);
  if (isBelow(to, least)) faults.push(`${level === 'major' ? 'a breaking change' : `a ${level} change`} wants version ${least} or higher; it is ${to}`);
  wantEntry(level === 'major');
  return { id, from, to, changes, level, faults };
}

/** All documents; one that was released and is gone is a breaking change of its own. */
export function checkAll(published: readonly Published[], released: ReadonlyMap<string, Json>, changelogText: string): Verdict[] {
  const changelog = readChangelog(changelogText);
  const gone = [...released.keys()].filter((id) => !published.some((p) => p.id === id));
  return [
    ...published.map((p) => checkDocument(p, released.get(p.id), changelog)),
    ...gone.map((id): Verdict => {
      const from = versionOf(released.get(id) ?? {});
      const to = nextVersion(from, 'major');
      const told = changelog.some((e) => e.id === id && e.version === to && e.breaking && e.lines > 0);
      return { id, from, to: 'gone', changes: [{ kind: 'schema removed', level: 'major', where: 'document', detail: '' }], level: 'major', faults: told ? [] : [`the document is gone; the changelog lacks '## ${id} ${to} · BREAKING'`] };
    }),
  ];
}
