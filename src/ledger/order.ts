/** An order of a person, or of the gateway itself (`system`), before it is an event on the chain. */
export interface Order {
  kind: string;
  /** name of a key, or `system` */
  by: string;
  /** ms */
  now: number;
  /** what it concerns, `exchange:7` or `hold:12`; nothing personal */
  subject: string;
  /** absent: it concerns no single dossier */
  dossier?: { id: number; code: string } | undefined;
  /** may name a person: sealed with the event's body (law 6) */
  content: Record<string, unknown>;
}
