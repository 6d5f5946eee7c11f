/** What a sign-in gives: who it was, where to go on, and, apart from both, what opens doors. */
import type { VerifiedPerson } from '../../../src/model/canonical.ts';
import type { SecretText } from './secret-text.ts';

/** None of these is printed, copied into JSON or spread by accident. */
export interface SignInSecrets {
  readonly accessToken: SecretText;
  readonly idToken?: SecretText;
  /** page of VNeID with the person's data; a bearer token stands in its query */
  readonly profileUri?: SecretText;
  /** ends the session at VNeID; a bearer token stands in its query */
  readonly logoutUri?: SecretText;
  /** every claim as it came, for what VerifiedPerson leaves out (phone, addresses, relatives …) */
  claims(): Readonly<Record<string, unknown>>;
}

export interface SignedIn {
  readonly person: VerifiedPerson;
  /** a path of the same site */
  readonly returnTo: string;
  /** not enumerable: `JSON.stringify`, spreading and logging pass it by */
  readonly secrets: SignInSecrets;
}

/** Puts the secrets where nothing that copies or prints finds them. */
export function withSecrets<T extends object>(value: T, secrets: SignInSecrets): T & { readonly secrets: SignInSecrets } {
  return Object.defineProperty(value, 'secrets', { value: secrets, enumerable: false }) as T & { readonly secrets: SignInSecrets };
}

/** Under what an application finds its own account of somebody. The kind belongs to the key: since 2025 a tax code may have the 12 digits of a citizen. */
export interface AccountKey { kind: 'citizen-id' | 'old-id' | 'tax-code' | 'enterprise-code' | 'tech-id'; value: string }

/**
 * The rule of 1.2: a citizen by the citizen number, else the old one; an enterprise by its tax code, else its registration number; an
 * organisation by TechID. Where the kind of account is not known, style 1C alone says enough: its key is the citizen number (1.3).
 * @returns undefined when there is nothing to find an account by: ask the person, do not guess
 */
export function localAccountKey({ accountType, citizenId, oldId9, techId, enterprise, idp }: VerifiedPerson): AccountKey | undefined {
  const first = (...pairs: [AccountKey['kind'], string | undefined][]): AccountKey | undefined => {
    for (const [kind, value] of pairs) if (value !== undefined) return { kind, value };
    return undefined;
  };
  switch (accountType) {
    case 'citizen': return first(['citizen-id', citizenId], ['old-id', oldId9]);
    case 'enterprise': return first(['tax-code', enterprise?.taxCode], ['enterprise-code', enterprise?.code]);
    case 'organisation': return first(['tech-id', techId]);
    default: return idp === 'vneid-oidc' ? first(['citizen-id', citizenId]) : undefined;
  }
}
