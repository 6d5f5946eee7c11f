/** Calls to us: nine callbacks and three catalogues of the land system, the tax callback of ILIS, and the portal's two tax pushes (fact sheet 1.4, 5, 6.1). */
import { isSigned, queryValue } from '../../src/adapter/shared-secret.ts';
import type { InboundCall, InboundDeps, InboundReply, InboundRoute } from '../../src/adapter/types.ts';
import { checkWith } from '../../src/contract/check.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import { isValidationError, type Validate } from '../../src/contract/validate.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import { instantFromEpoch } from '../../src/model/time.ts';
import { CATALOGUES, officerOf, type CatalogueConfig } from './catalogues.ts';
import * as compiled from './generated/validators.js';
import type { InboundConfig } from './inbound-config.ts';
import { CALLBACKS, paidTold, taxTold, type Callback, type Reading } from './inbound/callbacks.ts';
import { isSecret } from './inbound/guard.ts';
import { catalogueReply, laterReply, missingReply, resultReply, taxReply, textReply, WORDS } from './inbound/replies.ts';
import { fieldsOf, lineOf, present, textOf, timeOf, type Fields } from './inbound/values.ts';
import { tell, TooMuchTold, type Told } from './land-case.ts';
import { inDeclaredCase } from './names.ts';
import { procedureRow } from './route.ts';
import { ilisNotices, portalNotices, portalVoucher } from './tax.ts';

/** What the routes need of the adapter's configuration; `system` names the land system in the case. */
export type LandInboundConfig = InboundConfig & CatalogueConfig & { system: string };
type Route = InboundRoute<LandInboundConfig>;
type Deps = InboundDeps<LandInboundConfig>;

const LAND_PREFIX = 'api/v1/VBDLISs';
const TAX_PREFIX = 'api/v1/LienThongNVTCDVCQuocGias';

const LONGEST_CODE = 50;
const isMissing = (value: unknown): boolean => value === undefined || value === null;
const checked = (component: keyof typeof compiled): Validate<unknown> => checkWith<unknown>(compiled[component] as never);

const readingOf = ({ config, now }: Deps): Reading => ({ config, now: now(), officer: (code) => officerOf(config.officers, code)?.name });

/** A land system speaks of land dossiers: its secret opens no other. By procedure alone, since agencies and communes change while a case is worked on. */
const isLand = (dossier: Dossier, config: LandInboundConfig): boolean => dossier.landCase !== undefined || procedureRow(dossier, config) !== undefined;

/** Tells one dossier. `no-dossier`: none of this number that the caller may speak of. `refused`: more than it can hold, or what comes out is no dossier; nothing was changed then. */
async function change(code: string, call: InboundCall, told: Told, { changeDossier, config, now }: Deps, mayTell: (dossier: Dossier, config: LandInboundConfig) => boolean): Promise<'done' | 'no-dossier' | 'refused'> {
  const at = instantFromEpoch(now());
  try {
    // The ledger knows a call by its text. One that may happen again is another one on another day; whether it is, `tell` knows.
    const origin = told.mayRecur === true ? { ...call, text: `${call.text} ${at.slice(0, 10)}` } : call;
    let isForeign = false;
    const { status } = await changeDossier(code, origin, (dossier) => {
      isForeign = !mayTell(dossier, config);
      return isForeign ? undefined : tell(dossier, told, config.system, at);
    });
    return status === 'no-dossier' || isForeign ? 'no-dossier' : 'done';
  } catch (error) {
    if (error instanceof TooMuchTold || isValidationError(error)) return 'refused';
    throw error;
  }
}

// ---- I1–I9 ----------------------------------------------------------------------------------------------------

function callbackRoute(callback: Callback): Route {
  const { id, title, name, component, required, officers = [] } = callback;
  return {
    id, title, method: 'POST', path: `${LAND_PREFIX}/${name}/:securityCode`, request: checked(component), unavailable: laterReply,
    unpack: (body) => inDeclaredCase(component, body),
    guard: ({ params }, config) => (isSecret(params['securityCode'], 'securityCode', config) ? undefined : textReply(500, WORDS.wrongCode)),
    async handle(call, deps) {
      const { config, findDossier } = deps;
      if (!isSigned(call, config)) return { ...textReply(500, WORDS.wrongCode), isUnauthorized: true };
      const body = inDeclaredCase(component, call.body);
      if (!isRecord(body)) return missingReply(['']);
      const missing = required.filter((field) => isMissing(body[field]));
      if (missing.length > 0) return missingReply(missing);
      const code = lineOf(body['SoBienNhan'], LONGEST_CODE + 1) ?? '';
      if (code === '' && callback.saysNoNumber === true) return textReply(500, WORDS.noNumber);
      if (code === '' || code.length > LONGEST_CODE) return unknownReply(callback, config);
      const strangers = config.unknownOfficers === 'refuse' && officers.some((field) => officerOf(config.officers, lineOf(body[field], 500)) === undefined);
      // Only here is the dossier looked up before it is changed: an unknown one is said before an unknown officer.
      if (strangers) {
        const known = await findDossier(code);
        return known === undefined || !isLand(known, config) ? unknownReply(callback, config) : textReply(500, WORDS.noOfficer);
      }
      const done = await change(code, call, callback.read(body, readingOf(deps)), deps, isLand);
      if (done === 'no-dossier') return unknownReply(callback, config);
      return done === 'done' ? resultReply(config, 1) : textReply(500, WORDS.failed);
    },
  };
}

const unknownReply = ({ acknowledges }: Callback, config: LandInboundConfig): InboundReply =>
  acknowledges === true && config.unknownFromLand === 'acknowledge' ? resultReply(config, 1) : resultReply(config, 0, WORDS.noDossier);

// ---- I10–I12 --------------------------------------------------------------------------------------------------

const catalogueRoutes = CATALOGUES.map(({ id, title, name, items }): Route => ({
  id, title, method: 'GET', path: `${LAND_PREFIX}/${name}`, request: checked('DanhMucQuery'), unavailable: laterReply, unpack: (query) => inDeclaredCase('DanhMucQuery', query),
  guard({ query }, config) {
    const given = queryValue(query, 'SecurityCode');
    if (given === undefined || given === '') return missingReply(['SecurityCode']);
    return isSecret(given, 'securityCode', config) ? undefined : textReply(500, WORDS.wrongCatalogueCode);
  },
  handle: (_call, { config }) => Promise.resolve(catalogueReply(config, items(config))),
}));

// ---- Tax through ILIS (5.1) -----------------------------------------------------------------------------------

const ilisTax: Route = {
  id: 'ilisTaxNotices', title: { vi: 'Kết quả thuế qua ILIS', en: 'Tax notices through ILIS' }, method: 'POST', path: 'KetQuaThue', request: checked('KetQuaThueIlisRequest'), unavailable: laterReply,
  unpack: (body) => inDeclaredCase('KetQuaThueIlisRequest', body),
  guard: ({ query }, config) => (isSecret(queryValue(query, 'CodeGet'), 'codeGet', config) ? undefined : textReply(400, '')),
  async handle(call, deps) {
    const { config } = deps;
    const failed = (message: string): InboundReply => resultReply(config, 0, message, 201);
    if (!isSigned(call, config)) return { ...textReply(400, ''), isUnauthorized: true };
    const body = inDeclaredCase('KetQuaThueIlisRequest', call.body);
    if (!isRecord(body)) return missingReply(['']);
    if (isMissing(body['SoBienNhan'])) return missingReply(['SoBienNhan']);
    const notices = ilisNotices(body);
    if (notices.length === 0) return failed(WORDS.noNotices);
    const { now, officer } = readingOf(deps);
    const by = lineOf(body['NguoiXuLy'], 500);
    const told = taxTold(notices, timeOf(body['NgayCoKetQuaThue'], true), present({ by, text: textOf(body['GhiChu'], 10_000) }), now, officer(by));
    const code = lineOf(body['SoBienNhan'], LONGEST_CODE + 1) ?? '';
    const done = code === '' || code.length > LONGEST_CODE ? 'no-dossier' : await change(code, call, told, deps, isLand);
    if (done === 'no-dossier') return failed(WORDS.noTaxDossier);
    return done === 'done' ? resultReply(config, 1, null, 201) : failed(WORDS.failed);
  },
};

// ---- Tax from the portal (5.3) --------------------------------------------------------------------------------

/** The portal speaks of every dossier, those of another land system included. */
const byPortal = (): boolean => true;

/** The secret is in the body: `guard` cannot see it, and only closes the route where none is configured. */
function portalRoute(id: string, title: Route['title'], name: string, component: 'ThongBaoThueCongRequest' | 'ChungTuThueCongRequest', take: (data: Fields, call: InboundCall, deps: Deps) => Promise<string | null>): Route {
  return {
    id, title, method: 'POST', path: `${TAX_PREFIX}/${name}`, request: checked(component), unavailable: laterReply,
    unpack: (body) => inDeclaredCase(component, body),
    guard: (_call, { taxSecurityKey }) => (taxSecurityKey === undefined ? taxReply(WORDS.wrongKey) : undefined),
    async handle(call, deps) {
      const body = fieldsOf(inDeclaredCase(component, call.body));
      if (!isSecret(body['SecurityKey'], 'taxSecurityKey', deps.config) || !isSigned(call, deps.config)) return { ...taxReply(WORDS.wrongKey), isUnauthorized: true };
      return taxReply(await take(fieldsOf(body['Data']), call, deps));
    },
  };
}

const portalNoticesRoute = portalRoute('portalTaxNotices', { vi: 'Thông báo thuế từ Cổng DVCQG', en: 'Tax notices from the national portal' }, 'ImportThongBaoThueFromDVCQG', 'ThongBaoThueCongRequest', async (data, call, deps) => {
  const read = portalNotices(data['FileThongBaoThue']);
  if (!read.ok || [...read.notices.values()].every((notices) => notices.length === 0)) return WORDS.noNotices;
  // One dossier that is not known refuses the message, before anything of it is kept.
  for (const code of read.notices.keys()) if (code === '' || code.length > LONGEST_CODE || (await deps.findDossier(code)) === undefined) return WORDS.noTaxDossier;
  let failed = false;
  for (const [code, notices] of read.notices) {
    if (notices.length > 0) failed = (await change(code, call, taxTold(notices, undefined, {}, deps.now()), deps, byPortal)) !== 'done' || failed;
  }
  return failed ? WORDS.failed : null;
});

const portalVoucherRoute = portalRoute('portalTaxVoucher', { vi: 'Chứng từ nộp thuế từ Cổng DVCQG', en: 'A payment voucher from the national portal' }, 'ImportChungTuThueFromDVCQG', 'ChungTuThueCongRequest', async (data, call, deps) => {
  const { code, notice } = portalVoucher(data);
  const done = code === undefined ? 'no-dossier' : await change(code, call, paidTold(notice, deps.now()), deps, byPortal);
  return done === 'no-dossier' ? WORDS.noTaxDossier : done === 'done' ? null : WORDS.failed;
});

export const inboundRoutes: Route[] = [...CALLBACKS.map(callbackRoute), ...catalogueRoutes, ilisTax, portalNoticesRoute, portalVoucherRoute];
