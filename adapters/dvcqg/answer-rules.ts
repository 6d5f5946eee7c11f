/**
 * What the texts of answers mean. No list of error codes is published, so the sentence decides; these rules are data, each
 * with where it was read. They are matched against the search key of the text: lower case, no accents, NFD-proof.
 */
export type AnswerMeaning =
  /** the dossier is there already: a create becomes an update */
  | 'exists'
  /** the dossier is not there: an update becomes a create, a step waits */
  | 'absent'
  /** the session is not accepted: certainly nothing was done */
  | 'session'
  /** the portal asks to come back later: nothing was done */
  | 'busy'
  /** the portal says that it broke: most likely nothing was done, but it may have stored first */
  | 'broken'
  /** something between us and the portal lost the reply: it may have been done */
  | 'lost';

export interface AnswerRule {
  meaning: AnswerMeaning;
  /** over the search key of the text */
  pattern: RegExp;
  /** the sentence is about something else */
  unless?: RegExp;
  source: string;
}

/** "Thủ tục … không tồn tại" is about the procedure, not the dossier: flipping create and update would be pointless. */
const ABOUT_SOMETHING_ELSE = /\b(thu tuc|tthc|linh vuc|don vi|co quan|danh muc|tai khoan|nguoi dung|tep|giay to|dich vu|phien|session|token)( (?!ho so\b)\S+){0,3} (da|khong|chua)( \S+)? ton tai\b/;

export const ANSWER_RULES: readonly AnswerRule[] = [
  {
    meaning: 'exists', pattern: /\bda (duoc )?ton tai\b/, unless: ABOUT_SOMETHING_ELSE,
    source: 'fact sheet 6.1: a provincial sender switches to update when the message holds "đã tồn tại" [B]',
  },
  {
    meaning: 'absent', pattern: /\b(khong|chua)( \S+)? ton tai\b|\bkhong tim thay ho so\b/, unless: ABOUT_SOMETHING_ELSE,
    source: 'fact sheet 6.2: the opposite contradiction; wording inferred from the known one [C]',
  },
  {
    meaning: 'lost', pattern: /\btime(d)? ?out\b|\bhet thoi gian (cho|ket noi)\b|\bconnection reset\b|\bserver\.serverproxy\b|\bno response\b/,
    source: 'the exchange adapter reports what happened behind it in the same envelope; X-Road style faults (fact sheet 1.1) [C]',
  },
  {
    // After `lost`, and only in words about the login: on this meaning a step is sent again at once. A database has sessions too.
    meaning: 'session',
    pattern: /\b(session|token|phien ket noi)( id)?( (is|has|was|da|bi|login|dang nhap|lam viec)){0,3} (expired|invalid|not found|not valid|het han|khong hop le|khong ton tai|khong dung)\b|\b(invalid|expired|unknown) (login )?(session|token)\b|\bphien (lam viec|dang nhap)\b|\b(chua|can|vui long) dang nhap\b|\bunauthori[sz]ed\b/,
    unless: /\b(hibernate|jpa|jdbc|sql|database|transaction|commit|rollback|csdl|co so du lieu|giao dich)\b/,
    source: 'fact sheet 1.4: the expired-session answer is unknown; the envelope calls it "session" [C]',
  },
  {
    meaning: 'broken', pattern: /\bloi he thong\b|\bsystem error\b|\binternal (server )?error\b/,
    source: 'fact sheet 6.1: "System error" is a failure code of the same convention in the other direction; whether it broke before or after storing is not said [B]',
  },
  {
    meaning: 'busy', pattern: /\bqua tai\b|\bhe thong (dang )?ban\b|\bthu lai sau\b|\bqua nhieu (yeu cau|request)\b|\btoo many requests\b/,
    source: 'wording inferred; a province gateway documents 429 (fact sheet 1.7) [C]',
  },
];

/** A façade's "0" counts only with these words, and not with their negation (fact sheet 6.1, façade quirk [B]). */
export const SUCCESS_WORDS = { pattern: /\bthanh cong\b/, unless: /\b(khong|chua)( \S+)? thanh cong\b/, source: 'fact sheet 6.1 and 6.5 quirk 16 [B]' } as const;

/** Codes that a create may flip on without any text: "usable" answers of one province's façade (fact sheet 6.1 [B]). */
export const DUPLICATE_CODES: ReadonlySet<number> = new Set([3, -3]);
