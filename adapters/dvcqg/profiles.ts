/**
 * The two generations of the dossier message as data. The official field tables (VPCP guide v1.4 of April 2020 and its
 * successors) could not be obtained; what belongs to which generation is read from public senders (fact sheet 3.1.1).
 */
export interface Profile {
  /** fields 31–38: filing place, digitisation, VNeID, online payment, refusal, owner's papers, submission, databases */
  reportingFields: boolean;
  /** KenhThucHien */
  channel: boolean;
  /** SoGiayToChuHoSo */
  ownerPaper: boolean;
  /** DuocSoHoa, DuocTaiSuDung, DuocLayTuKhoDMQG, MaKetQuaThayThe of a submitted file */
  reuseFlags: boolean;
  /** MaGiayToKetQua of a result */
  resultCode: boolean;
}

export const PROFILE_IDS = ['v1.4-2020', '2023+'] as const;
export type ProfileId = (typeof PROFILE_IDS)[number];

export const PROFILES: Readonly<Record<ProfileId, Profile>> = {
  'v1.4-2020': {
    reportingFields: false, // came with Đề án 06 and QĐ 766 (2022)
    channel: false, // field 6 stands among 1–30 but no 2020 sender has it; it came with the reporting fields
    ownerPaper: false, // only in a 2024 sender, where DinhDanhCHS already supersedes it
    reuseFlags: false, // digitisation is a subject of 2022
    resultCode: false, // only senders of 2023 and later name the national result code
  },
  '2023+': {
    reportingFields: true, // three independent 2024–2026 sources carry them; each feeds a QĐ 766 indicator
    channel: true, // the online rate (3.3) counts KenhThucHien = 2; absent counts as direct
    ownerPaper: true, // still in the sender's non-nullable fields
    reuseFlags: true, // indicators 4.3 and 4.4
    resultCode: true, // without it a result does not count as electronic (3.3, 4.1)
  },
};
