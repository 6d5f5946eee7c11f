/** A comparison in words, for people. */
import type { Verdict } from './check.ts';
import type { Change, Level } from './levels.ts';

const NAMES: Record<Level, string> = { major: 'BREAKING', minor: 'minor', patch: 'patch' };
const ORDER: readonly Level[] = ['major', 'minor', 'patch'];

const line = ({ level, where, kind, detail }: Change): string => `  ${NAMES[level].padEnd(8)} ${where}: ${kind}${detail === '' || where.endsWith(`.${detail}`) ? '' : ` (${detail})`}`;

/** @param all changes of wording one by one, instead of their number */
export function tell({ id, from, to, changes, level, faults }: Verdict, all = false): string {
  const state = from === undefined ? 'new' : level === undefined ? 'unchanged' : level === 'major' ? 'BREAKING' : 'not breaking';
  const wording = changes.filter((change) => change.kind === 'wording').length;
  const shown = all ? changes : changes.filter((change) => change.kind !== 'wording');
  return [
    `${id} ${from === undefined || from === to ? to : `${from} → ${to}`} · ${state}`,
    ...[...shown].sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level)).map(line),
    ...(!all && wording > 0 ? [`  patch    wording in ${wording} place${wording === 1 ? '' : 's'}`] : []),
    ...faults.map((fault) => `  ✗ ${fault}`),
  ].join('\n');
}
