/** An invented record, complete and without a fault; tests change what they are about. */
const ms = (text: string): number => Date.parse(`${text}+07:00`);

export type AnyRecord = Record<string, unknown>;

export function record(changes: AnyRecord = {}): AnyRecord {
  return {
    dossierId: 4711, groupId: 55301, referenceUid: '6a1f0f1e-0d6b-4f6e-9a55-0d5a4a1b2c3d', createDate: '01/07/2025 08:00:00', modifiedDate: ms('2025-07-07T09:30:00'),
    dossierNo: 'H13.101-250701-0007', serviceCode: '1.009906', serviceName: 'Thay đổi hộ tịch', domainCode: 'G15-HT99', domainName: 'Hộ tịch', serviceLevel: 4,
    dossierTemplateNo: 'MAU-1', govAgencyCode: 'H13.101', govAgencyName: 'Ủy ban nhân dân phường Cái Khế',
    applicantName: 'Nguyễn Thị Thử', applicantIdType: 'citizen', applicantIdNo: '092199999002', applicantIdDate: '27/09/2023 00:00:00',
    address: 'Số 1, khu vực 3', cityCode: '92', cityName: 'Thành phố Cần Thơ', districtCode: '', districtName: '', wardCode: '31120', wardName: 'Phường Cái Khế',
    contactName: 'Nguyễn Thị Thử', contactTelNo: '0900000001', contactEmail: 'thu@example.vn', dossierName: 'Thay đổi hộ tịch', dossierNote: '',
    submitDate: ms('2025-07-01T08:00:00'), receiveDate: ms('2025-07-01T08:15:00'), dueDate: ms('2025-07-09T17:00:00'), extendDate: 0,
    releaseDate: ms('2025-07-04T10:00:00'), finishDate: ms('2025-07-07T09:30:00'), cancellingDate: 0,
    dossierStatus: 'done', dossierSubStatus: '', stepCode: '400', stepName: 'Đã trả kết quả', assignedUsers: [{ userId: 7, userName: 'cb.motcua01' }],
    viaPostal: 1, online: true, originality: 1,
    dossierFiles: [
      { dossierFileId: 1, referenceUid: 'uid-1', dossierPartNo: 'TP1', dossierPartType: 1, fileTemplateNo: 'TP.1', displayName: 'Tờ khai', fileSize: 1000, fileUrl: 'https://tep.example.vn/1.pdf', removed: false },
      { dossierFileId: 2, referenceUid: 'uid-2', dossierPartNo: 'KQ1', dossierPartType: 2, fileTemplateNo: 'KQ.1', displayName: 'Trích lục', fileUrl: 'https://tep.example.vn/2.pdf', createDate: ms('2025-07-04T10:00:00'), deliverableCode: '12/KQ' },
    ],
    payments: [{ paymentFileId: 5, paymentFee: 'Lệ phí', feeAmount: 20000, serviceAmount: 0, shipAmount: 0, paymentAmount: 20000, paymentStatus: 5, paymentMethod: 'PayPlatDVCQG', confirmDatetime: '01/07/2025 08:15:00', invoiceNo: '0000012' }],
    actions: [
      action(11, '01/07/2025 08:00:00', 'receiving', 'Nộp trực tuyến'),
      action(12, '01/07/2025 08:15:00', 'handover', 'Tiếp nhận', { dueDate: '09/07/2025 17:00:00' }),
      action(13, '01/07/2025 09:00:00', 'processing', 'Chuyển xử lý'),
      action(14, '02/07/2025 09:00:00', 'waiting', 'Yêu cầu bổ sung', { actionNote: 'Bổ sung bản chụp rõ.', actionUser: 'Chuyên viên mẫu' }),
      action(15, '03/07/2025 09:00:00', 'processing', 'Nhận bổ sung'),
      action(16, '04/07/2025 10:00:00', 'releasing', 'Ký duyệt'),
      action(17, '07/07/2025 09:30:00', 'done', 'Trả kết quả'),
    ],
    ...changes,
  };
}

export function action(id: number, createDate: unknown, dossierStatus: string | undefined, actionName: string, more: AnyRecord = {}): AnyRecord {
  return { dossierActionId: id, createDate, actionCode: String(id * 100), actionName, actionUser: 'Cán bộ mẫu', fromStepCode: 'a', toStepCode: `b${id}`, department: 'Phòng mẫu', ...(dossierStatus === undefined ? {} : { dossierStatus }), ...more };
}
