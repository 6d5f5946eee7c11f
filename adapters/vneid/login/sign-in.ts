/** Signing in: begin sends the browser away, finish takes it back and says who it is. One interface for the three styles; no web framework. */
import { randomBytes } from 'node:crypto';
import { linksOf, readPerson, type Warn } from './claims.ts';
import { plainExchange, type Tokens } from './code-flow.ts';
import { configureSignIn, type SignInConfig, type SignInSettings } from './config.ts';
import { readPrivateKey } from './envelope.ts';
import { openHandover, type Handover } from './handover.ts';
import { openLine } from './line.ts';
import { withSecrets, type SignedIn, type SignInSecrets } from './person.ts';
import { readRawQuery } from './raw-query.ts';
import { SecretText } from './secret-text.ts';
import { oauthWord, SignInError } from './sign-in-error.ts';
import { createHandoverStore, createSpentStore, type HandoverStore, type SpentStore } from './stores.ts';
import { checkReturnTo, createSealer, sameText, type Transaction } from './transaction.ts';
import { askUserinfo, checkToken, type CheckedToken } from './userinfo.ts';

export interface SignInOptions {
  /** shared by the processes of one portal; in memory by default, which is right for one process */
  spent?: SpentStore;
  handed?: HandoverStore;
  now?: () => number;
  /** told what of somebody's claims could not be read and was left out; never with a value */
  warn?: Warn;
}
export interface FinishInput {
  /** the callback's address or query exactly as it came, not decoded: a `+` in it is a `+` */
  rawQuery: string;
  /** what `begin` gave, from the browser's cookie; undefined where it sent none */
  transaction: string | undefined;
}
export interface SignIn {
  readonly config: SignInConfig;
  /**
   * @param input.returnTo a path of the same site, default `/`
   * @returns where to send the browser, and what it has to bring back: put `transaction` into a cookie (HttpOnly, Secure, SameSite=Lax) and nowhere else
   * @throws SignInError `LT-VNEID-LOGIN-RETURN`
   */
  begin(input?: { returnTo?: string }): Promise<{ url: string; transaction: string }>;
  /**
   * Works once for a transaction, however many ask at the same time.
   * @throws SignInError with the reason; every one of them means: not signed in
   */
  finish(input: FinishInput): Promise<SignedIn>;
  /** where to send the browser so that the session at the identity provider ends too; undefined where neither the person nor the configuration says. @throws SignInError `LT-VNEID-LOGIN-RETURN` */
  logoutUrl(secrets: SignInSecrets, returnTo?: string): string | undefined;
  /** of VNConnect: is a token that another site was given alive? @param accepted clients whose tokens are taken; default our own */
  checkToken(accessToken: string, accepted?: readonly string[]): Promise<CheckedToken | undefined>;
  /** for the province's SSO application (style 1A) */
  receiveHandover: Handover['receive'];
  close(): Promise<void>;
}

/**
 * @param raw configuration as an operator writes it; what comes from a file is checked all the same
 * @throws ValidationError with every issue of the configuration
 */
export function createSignIn(raw: SignInSettings | Readonly<Record<string, unknown>>, options: SignInOptions = {}): SignIn {
  const config = configureSignIn(raw);
  const { now = Date.now, warn = () => undefined } = options;
  const { spent = createSpentStore(now), handed = createHandoverStore(now) } = options;
  const line = openLine(config);
  const sealer = createSealer(config, now);
  const privateKey = config.privateKey === undefined ? undefined : readPrivateKey(config.privateKey);
  const handover = openHandover(config, handed, now, warn);
  let exchange: ((query: ReadonlyMap<string, string>, transaction: Transaction) => Promise<Tokens>) | undefined = config.issuer === undefined ? plainExchange(config, line, privateKey) : undefined;
  // The libraries come when somebody signs in: a gateway that has this adapter for its dossiers never needs them.
  const openStandard = async (): Promise<NonNullable<typeof exchange>> => {
    const [{ standardExchange }, { signatureCheck }] = await Promise.all([import('./oidc.ts'), import('./token.ts')]);
    return (exchange ??= standardExchange(config, line, signatureCheck(config, line, now)));
  };

  async function ask(query: ReadonlyMap<string, string>, transaction: Transaction): Promise<Omit<SignedIn, 'returnTo'>> {
    if (config.handover !== undefined) return handover.fetch(query.get('accessToken') ?? '', transaction.state);
    const tokens = await (exchange ?? (await openStandard()))(query, transaction);
    const claims = await askUserinfo(config, line, privateKey, tokens);
    return withSecrets({ person: readPerson(config, claims, tokens.idTokenClaims, warn) }, {
      accessToken: new SecretText(tokens.accessToken), ...(tokens.idToken === undefined ? {} : { idToken: new SecretText(tokens.idToken) }), ...linksOf(claims), claims: () => claims,
    });
  }

  return {
    config,
    async begin({ returnTo = '/' } = {}) {
      const { freshValues } = await import('./oidc.ts');
      const { challenge, ...values } = await freshValues(config);
      const transaction = sealer.seal({ id: randomBytes(16).toString('base64url'), ...values, returnTo: checkReturnTo(returnTo), beganAt: now() });
      const url = new URL(config.endpoints.authorize);
      // A gateway application adds what VNeID needs by itself; it takes the state along as it is (1.1).
      const asked: Record<string, string | undefined> = config.handover !== undefined ? { state: values.state } : {
        response_type: 'code', client_id: config.clientId, redirect_uri: config.redirectUri, scope: config.scope, state: values.state,
        nonce: values.nonce, acr_values: config.acrValues, code_challenge: challenge, code_challenge_method: challenge === undefined ? undefined : 'S256',
      };
      for (const [name, value] of Object.entries(asked)) if (value !== undefined) url.searchParams.set(name, value);
      return { url: url.href, transaction };
    },
    async finish({ rawQuery, transaction: sealed }) {
      const query = readRawQuery(rawQuery);
      const transaction = sealer.unseal(sealed);
      const state = query.get('state');
      const error = query.get('error');
      // 1.3 does not say that an error comes with the state. Without it nothing is used up: anybody can make a browser come here.
      if (state === undefined && error !== undefined) throw denied(error);
      if (state === undefined || !sameText(state, transaction.state)) throw new SignInError('LT-VNEID-LOGIN-STATE');
      // RFC 9207: an answer of another provider than the one that was asked.
      const iss = query.get('iss');
      if (iss !== undefined && config.issuer !== undefined && iss !== config.issuer) throw new SignInError('LT-VNEID-LOGIN-STATE');
      if (!(await spent.take(transaction.id, transaction.beganAt + (config.transactionMinutes + 1) * 60_000))) throw new SignInError('LT-VNEID-LOGIN-REPLAY');
      if (error !== undefined) throw denied(error);
      const found = await ask(query, transaction);
      return withSecrets({ person: found.person, returnTo: transaction.returnTo }, found.secrets);
    },
    logoutUrl(secrets, returnTo = '/') {
      if (secrets.logoutUri !== undefined) return secrets.logoutUri.reveal();
      if (config.logout === undefined) return undefined;
      const back = new URL(checkReturnTo(returnTo), config.redirectUri).href;
      const values: Record<string, string> = { accessToken: secrets.accessToken.reveal(), idToken: secrets.idToken?.reveal() ?? '', returnTo: back };
      return config.logout.replace(/\{(accessToken|idToken|returnTo)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
    },
    checkToken: (accessToken, accepted = [config.clientId]) => checkToken(config, line, accessToken, accepted, now),
    receiveHandover: handover.receive,
    close: () => line.close(),
  };
}

/** The provider's description is somebody's free text: it is not kept. */
function denied(error: string): SignInError {
  const word = oauthWord(error);
  return new SignInError('LT-VNEID-LOGIN-DENIED', word, word === undefined ? {} : { idpError: word });
}
