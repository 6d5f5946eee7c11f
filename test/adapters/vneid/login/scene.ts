/** A browser's way through a sign-in, over sockets: the double's login page, a choice, and the callback's address as it comes. */
import { createSignIn, type SignIn, type SignInOptions, type SignInStyle } from '../../../../adapters/vneid/login/index.ts';
import { createLoginSimulator, type LoginSimulator, type LoginSimulatorOptions } from '../../../../adapters/vneid/login/simulator.ts';
import { startSimulator } from '../../../../src/testing/host.ts';

export const REDIRECT = 'https://motcua.example/vneidsso/callback';
export const SECRET = 'kho-bi-mat-chi-dung-trong-kiem-thu-0123456789';
export const STYLES: readonly SignInStyle[] = ['vneid-direct', 'vnconnect', 'vneid-oidc'];

export interface Scene extends AsyncDisposable {
  simulator: LoginSimulator;
  url: string;
  signIn: SignIn;
  /** warnings of the sign-in */
  warned: string[];
  /** begins, chooses a person (or `none`), and gives what the browser then has */
  come(person?: number | 'none', returnTo?: string): Promise<{ rawQuery: string; transaction: string }>;
}

export async function openScene(style: SignInStyle, { simulator: options = {}, settings = {}, ...signInOptions }: { simulator?: LoginSimulatorOptions; settings?: Record<string, unknown> } & SignInOptions = {}): Promise<Scene> {
  const host = await startSimulator(createLoginSimulator(options));
  const warned: string[] = [];
  const signIn = createSignIn({ ...host.simulator.settings(style, host.url, REDIRECT), transactionSecret: SECRET, ...settings }, { warn: ({ pointer }) => void warned.push(pointer ?? ''), ...signInOptions });
  return {
    simulator: host.simulator, url: host.url, signIn, warned,
    async come(person = 0, returnTo = '/ho-so') {
      const { url, transaction } = await signIn.begin({ returnTo });
      return { rawQuery: await choose(url, person), transaction };
    },
    async [Symbol.asyncDispose]() {
      await signIn.close();
      await host.close();
    },
  };
}

/** The login page is asked and its link followed, as a person would. @returns the callback's query, raw */
export async function choose(url: string, person: number | 'none'): Promise<string> {
  const page = await (await fetch(url)).text();
  const id = person === 'none' ? 'cancel' : `person-${person}`;
  const href = new RegExp(`id="${id}" href="([^"]+)"`).exec(page)?.[1]?.replaceAll('&amp;', '&');
  if (href === undefined) throw new Error('the login page has no such link');
  const answer = await fetch(new URL(href, url), { redirect: 'manual' });
  const location = answer.headers.get('location') ?? '';
  if (!location.startsWith(`${REDIRECT}?`)) throw new Error(`redirected elsewhere: ${answer.status}`);
  return location.slice(REDIRECT.length + 1);
}

/** The code of the refusal; fails when there is none. */
export async function refusalOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  throw new Error('it was let in');
}
