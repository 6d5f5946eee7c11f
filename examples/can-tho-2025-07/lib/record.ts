/** One dossier with its files, payments and log, in the shape of an OpenCPS export (names of its entities). */
import { liferayTime } from './calendar.ts';
import type { Applicants } from './people.ts';
import type { Plan } from './plan.ts';
import type { Population } from './population.ts';
import type { Random } from './random.ts';
import { ACTIONS, type ActionKey, type Story } from './story.ts';

/** The province's file store: its name without marks, under example.vn. */
export const fileHost = ({ area: { province } }: Population): string =>
  `https://tep.${province.name.normalize('NFD').replace(/[đĐ]/g, 'd').replace(/[^a-z]/gi, '').toLowerCase()}.example.vn`;

/**
 * `H13.xx-yymmdd-NNNN`; the counter runs per unit and day.
 * @param day as yymmdd
 * @throws RangeError above 9999: a number is never wrapped or widened (rules §2.2)
 */
export function dossierNumber(unitCode: string, day: string, sequence: number): string {
  if (!Number.isInteger(sequence) || sequence < 1 || sequence > 9999) throw new RangeError('a unit has more than 9999 dossiers on one day');
  return `${unitCode}-${day}-${String(sequence).padStart(4, '0')}`;
}

/** Counters of the export: every entity of Liferay has its own. */
export interface Counters { dossier: number; action: number; file: number; payment: number }

const uuid = (random: Random): string => {
  const hex = (digits: number): string => random.below(16 ** digits).toString(16).padStart(digits, '0');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'.charAt(random.below(4))}${hex(3)}-${hex(8)}${hex(4)}`;
};

/** Officers by desk; a unit has two at the counter, three specialists and one who signs. */
const DESKS = {
  counter: ['Cán bộ một cửa 01', 'Cán bộ một cửa 02'],
  specialist: ['Chuyên viên mẫu 03', 'Chuyên viên mẫu 07', 'Chuyên viên mẫu 09'],
  leader: ['Lãnh đạo mẫu 11'],
} as const;
const NOTES: Partial<Record<ActionKey, string>> = {
  supplement: 'Đề nghị bổ sung bản chụp rõ nét của giấy tờ đã nộp.',
  refuse: 'Hồ sơ không thuộc thẩm quyền giải quyết của đơn vị.',
  withdraw: 'Người nộp đề nghị rút hồ sơ.',
  stop: 'Không đủ điều kiện giải quyết theo quy định.',
};

function files(plan: Plan, story: Story, host: string, dossierId: number, counters: Counters, random: Random): unknown[] {
  const { procedure } = plan;
  const one = (partType: 1 | 2, partNo: string, paper: { code: string; name: string }, at: number): Record<string, unknown> => ({
      dossierFileId: (counters.file += 1), dossierPartNo: partNo, dossierPartType: partType, fileTemplateNo: paper.code,
      displayName: paper.name, fileSize: random.between(90_000, 2_400_000), fileUrl: `${host}/${dossierId}/${partNo}.pdf`,
      createDate: at, removed: false,
  });
  const list = procedure.papers.map((paper, i) => one(1, `TP${i + 1}`, paper, story.submitted));
  if (story.released !== undefined) {
    list.push({ ...one(2, 'KQ1', procedure.result, story.released), deliverableCode: `${random.between(1, 999)}/KQ-${plan.unit.code.replace('.', '')}` });
  }
  return list;
}

function payments(plan: Plan, story: Story, counters: Counters, random: Random): unknown[] {
  const { fee } = plan.procedure;
  if (fee === 0 || story.received === undefined) return [];
  const paidStep = story.steps.find((s) => s.action === 'paid');
  const demanded = story.steps.find((s) => s.action === 'demand');
  // Without a demand the fee was paid on acceptance; with an unanswered one it is still open.
  const paid = demanded === undefined || paidStep !== undefined;
  const online = plan.channel === 2;
  const method = online ? (random.chance(70) ? 'PayPlatDVCQG' : 'KeyPay') : random.chance(80) ? 'Tiền mặt' : 'Chuyển khoản';
  return [{
    paymentFileId: (counters.payment += 1), referenceUid: uuid(random), paymentFee: 'Lệ phí giải quyết hồ sơ', feeAmount: fee,
    serviceAmount: 0, shipAmount: 0, paymentAmount: fee, paymentStatus: paid ? 5 : 2, paymentMethod: paid ? method : '',
    ...(paid ? { confirmDatetime: liferayTime(paidStep?.at ?? story.received), invoiceNo: String(random.between(1, 9_999_999)).padStart(7, '0') } : {}),
  }];
}

/** What all records of an export share. */
export interface Making { population: Population; host: string; counters: Counters; people: Applicants; random: Random }

/** @returns the record, ready for JSON */
export function recordOf(plan: Plan, story: Story, dossierNo: string, { population, host, counters, people, random }: Making): Record<string, unknown> {
  const { unit, procedure } = plan;
  const { province: provinceCode, area: { province } } = population;
  const dossierId = (counters.dossier += 1);
  const home = unit.communeCode === undefined ? undefined : { code: unit.communeCode, name: unit.name.replace('Ủy ban nhân dân ', '').replace(/^./u, (c) => c.toUpperCase()) };
  const person = people(home);
  const last = story.steps[story.steps.length - 1];
  if (last === undefined) throw new RangeError('a story without steps');
  const final = ACTIONS[last.action];
  const online = plan.channel === 2;
  const postal = random.chance(8) ? 2 + (story.finished === undefined ? 0 : 2) : 1;
  const shift = random.below(6);
  const officer = (action: ActionKey): string => {
    const desk = DESKS[ACTIONS[action].desk];
    return desk[shift % desk.length] ?? desk[0];
  };

  return {
    dossierId, groupId: 55301, referenceUid: uuid(random), createDate: liferayTime(story.submitted), modifiedDate: last.at,
    dossierNo, serviceCode: procedure.code, serviceName: procedure.name, domainCode: procedure.sector.code, domainName: procedure.sector.name,
    serviceLevel: procedure.level, dossierTemplateNo: `MAU-${procedure.code}`, govAgencyCode: unit.code, govAgencyName: unit.name,
    applicantName: person.name, applicantIdType: person.kind, applicantIdNo: person.idNo, applicantIdDate: liferayTime(person.idDate),
    address: person.address, cityCode: provinceCode, cityName: province.fullName, districtCode: '', districtName: '', wardCode: person.commune.code, wardName: person.commune.name,
    contactName: person.name, contactTelNo: person.phone, contactEmail: person.email,
    ...(person.kind === 'business' ? { delegateName: `Người được ủy quyền ${dossierId % 1000}`, delegateTelNo: `090000${String(dossierId % 10_000).padStart(4, '0')}`, delegateIdNo: `0${provinceCode}088999${String(dossierId % 1000).padStart(3, '0')}` } : {}),
    dossierName: procedure.name, dossierNote: '',
    submitDate: story.submitted, receiveDate: story.received ?? 0, dueDate: story.due ?? 0, extendDate: 0, releaseDate: story.released ?? 0,
    finishDate: story.finished ?? 0, cancellingDate: story.cancelling ?? 0,
    dossierStatus: final.status, dossierStatusText: final.text, dossierSubStatus: '', stepCode: final.to, stepName: final.text,
    assignedUsers: story.finished === undefined && story.received !== undefined ? [officer(last.action)] : [],
    viaPostal: postal, ...(postal > 1 ? { postalAddress: person.address, postalCityCode: provinceCode, postalWardCode: person.commune.code, postalWardName: person.commune.name, postalServiceName: 'VNPost' } : {}),
    online, originality: online ? 1 : 3, durationUnit: 0, durationCount: procedure.term, lockState: '',
    dossierFiles: files(plan, story, host, dossierId, counters, random),
    payments: payments(plan, story, counters, random),
    actions: story.steps.map((step) => {
      const action = ACTIONS[step.action];
      const note = NOTES[step.action];
      return {
        dossierActionId: (counters.action += 1), createDate: liferayTime(step.at), actionCode: action.code, actionName: action.name,
        actionUser: step.action === 'submit' ? person.name : officer(step.action), ...(note === undefined ? {} : { actionNote: note }),
        fromStepCode: action.from, toStepCode: action.to, dossierStatus: action.status, department: action.role,
        ...(step.dueAt === undefined ? {} : { dueDate: liferayTime(step.dueAt) }),
      };
    }),
  };
}
