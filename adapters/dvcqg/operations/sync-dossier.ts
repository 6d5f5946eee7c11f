/** DongBoHoSoMC: the whole dossier, created or updated under its number (fact sheet 3.1, 6.2). */
import { defineOperation } from '../../../src/adapter/define.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { classifyAnswer, contradictionOf } from '../classify.ts';
import type { DvcqgConfig } from '../config.ts';
import { syncRequest, type PhanHoi, type SyncRequest } from '../contract.ts';
import { encodeDossier } from '../encode.ts';
import { DongBoHoSoMCResponse } from '../generated/validators.js';
import { isForPortal } from '../steps.ts';
import { check, head } from './common.ts';
import { findDossier } from './find-dossier.ts';

export const syncDossier = defineOperation<Dossier, SyncRequest, PhanHoi, { code: string }, DvcqgConfig>({
  id: 'syncDossier',
  title: { vi: 'Đồng bộ hồ sơ lên Cổng DVCQG', en: 'Synchronise a dossier with the national portal' },
  access: 'write',
  idempotency: {
    kind: 'natural-key',
    why: {
      vi: 'MaHoSo là khoá duy nhất toàn quốc; thêm trùng bị từ chối, cập nhật là bản chụp đầy đủ.',
      en: 'MaHoSo is unique nationally; a second create is refused, an update is a full snapshot.',
    },
  },
  ordering: 'dossier',
  coalesce: 'snapshot',
  // One error_code answers for the whole array (6.3): one dossier per call, so that a refusal is about one dossier.
  batch: { max: 1 },
  request: syncRequest,
  response: check<PhanHoi>(DongBoHoSoMCResponse as never),
  encode(inputs, { config, remote, warn }) {
    const data = [encodeDossier(inputs[0] as Dossier, config, warn)];
    return { ...head(config, 'DongBoHoSoMC'), isUpdating: remote.exists === true ? 'True' : 'False', data } as SyncRequest;
  },
  classify: (result) => classifyAnswer<PhanHoi>(result, 'write'),
  amend(result, request) {
    const found = contradictionOf(result);
    if (found === 'exists' && request.isUpdating === 'False') return { ...request, isUpdating: 'True' };
    if (found === 'absent' && request.isUpdating === 'True') return { ...request, isUpdating: 'False' };
    return undefined;
  },
  decode: (_response, inputs) => ({ code: inputs[0]?.code ?? '' }),
  // “đã tồn tại” and its opposite are knowledge, whatever becomes of the second call.
  remoteAmended: (request, remote) => ({ ...remote, exists: request.isUpdating === 'True' }),
  remoteAfter: (_request, remote) => ({ ...remote, exists: true }),
  async probe(dossier, ctx) {
    const outcome = await ctx.run<{ code: string }, { exists: boolean }>(findDossier, [{ code: dossier.code }]);
    if (outcome.kind !== 'done') {
      const first = outcome.kind === 'rejected' ? outcome.issues[0] : outcome.issue;
      // A façade without look-up cannot be asked. Sending again is safe all the same: a doubled create is refused as
      // existing, and becomes an update of the same snapshot.
      if (first?.code === 'LT-DVCQG-NOT-OFFERED' || first === undefined) return { kind: 'not-applied' };
      return { kind: 'unknown', issue: first };
    }
    // Being there proves nothing about this snapshot: the dossier may have been there before us (a migration, a new ledger), or
    // with an older one. But it is known now, so the snapshot goes as an update, which does no harm twice.
    return outcome.value.exists ? { kind: 'not-applied', remote: { exists: true } } : { kind: 'not-applied' };
  },
  subscribe: {
    plan: (dossier, config) => (isForPortal(dossier, config) ? [{ itemKey: 'snapshot' }] : []),
    input: (dossier) => dossier,
  },
});
