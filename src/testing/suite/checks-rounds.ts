/** What an upstream is asked by the clock: brought once, however often it is asked, and told as failed when it does not answer. */
import type { RoundFixtures } from '../../adapter/fixtures.ts';
import type { Round } from '../../adapter/types.ts';
import { createDossierDesk, roundDeps } from './desk.ts';
import { hosted } from './hosted.ts';
import { describeError, makeCheck, type Findings, type Suite } from './kit.ts';
import type { AdapterCheck } from './types.ts';

interface Asked { told: number; failed: number; error?: unknown }

/** The round as often as `times` says, against one simulator and one desk. @param isDown no call of the upstream is answered */
async function ask(suite: Suite, round: Round, { given, dossiers, after }: RoundFixtures, times: number, isDown = false): Promise<{ asked: Asked[]; dossiers: string[] }> {
  return hosted(suite, async ({ simulator, connection, config, faults }) => {
    given?.(simulator);
    const desk = createDossierDesk({ config, ...(dossiers === undefined ? {} : { dossiers }) });
    const deps = roundDeps(desk, { connection, ...(after === undefined ? {} : { after: (operation) => after[operation] ?? [] }) });
    if (isDown) faults.set({ rules: [{ kind: 'http-503' }] });
    const asked: Asked[] = [];
    const seen: string[] = [];
    for (let n = 0; n < times; n += 1) {
      asked.push(await round.run(deps).catch((error: unknown) => ({ told: 0, failed: 0, error })));
      seen.push(JSON.stringify([...desk.dossiers]));
    }
    faults.set({});
    return { asked, dossiers: seen };
  });
}

async function checkRounds(suite: Suite, found: Findings): Promise<void> {
  for (const round of suite.adapter.rounds ?? []) {
    if (round.title.vi.trim() === '' || round.title.en.trim() === '') found.add(round.id, 'tên phải có tiếng Việt và tiếng Anh', 'its title must be in Vietnamese and in English');
    const fixtures = suite.fixtures.rounds?.[round.id];
    if (fixtures === undefined) {
      found.add(round.id, 'không có dữ liệu mẫu (rounds)', 'has no fixtures (rounds)');
      continue;
    }
    const { asked: [first, again], dossiers: [before, after] } = await ask(suite, round, fixtures, 2);
    if (first?.error !== undefined) {
      found.add(round.id, `ném ${describeError(first.error)}`, `throws ${describeError(first.error)}`);
      continue;
    }
    if (first?.told !== fixtures.told || first.failed !== (fixtures.failed ?? 0)) found.add(round.id, `cho ${first?.told} tin mới, ${first?.failed} lỗi; phải là ${fixtures.told}, ${fixtures.failed ?? 0}`, `tells ${first?.told}, ${first?.failed} failed; must be ${fixtures.told}, ${fixtures.failed ?? 0}`);
    if (again?.error !== undefined || again?.told !== 0 || before !== after) found.add(round.id, 'hỏi lần nữa lại có tin mới, dù không có gì đổi', 'asked once more it brings news, though nothing has changed');
    const { asked: [down] } = await ask(suite, round, fixtures, 1, true);
    if (down?.told !== 0 || (down.failed === 0 && down.error === undefined)) found.add(round.id, 'hệ thống đích không trả lời mà lượt hỏi coi như trọn vẹn', 'the upstream answers nothing, and the round says that all is well');
  }
}

export function roundChecks(suite: Suite): AdapterCheck[] {
  const skip = (suite.adapter.rounds ?? []).length === 0 ? { vi: 'hệ thống đích không được hỏi định kỳ', en: 'the upstream is not asked by the clock' } : suite.fixtures.absent?.simulator;
  return [makeCheck('rounds.again', (found) => checkRounds(suite, found), skip)];
}
