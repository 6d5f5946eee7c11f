/** What waits between an SSO application and a browser: for its minutes, for one browser, for the sign-in that it was told. */
import { afterEach, expect, it } from 'vitest';
import { createSignIn, signHandover, type SignIn } from '../../../../adapters/vneid/login/index.ts';
import { refusalOf, REDIRECT, SECRET } from './scene.ts';

const SHARED = 'khoa-chung-voi-ung-dung-sso-chi-de-kiem-thu';
let clock = Date.parse('2026-01-05T02:00:00Z');
const open: SignIn[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((one) => one.close()))));

function signInWith(handover: Record<string, unknown> = {}): SignIn {
  const signIn = createSignIn({ style: 'vneid-direct', clientId: 'mot-cua-099', redirectUri: REDIRECT, transactionSecret: SECRET, endpoints: { authorize: 'https://sso.example/authorize' }, handover: { secret: SHARED, ...handover } }, { now: () => clock });
  open.push(signIn);
  return signIn;
}
async function begin(signIn: SignIn): Promise<{ transaction: string; state: string }> {
  const { url, transaction } = await signIn.begin();
  return { transaction, state: new URL(url).searchParams.get('state') ?? '' };
}
async function hand(signIn: SignIn, token: string, more: Record<string, unknown> = {}): Promise<void> {
  const body = JSON.stringify({ sub: 's-1', SoDinhDanh: '099190000123', HoVaTen: 'Lê Thị Mẫu', access_token: token, ...more });
  await signIn.receiveHandover({ body, headers: signHandover(SHARED, body, Math.floor(clock / 1000)) });
}
const finish = (signIn: SignIn, token: string, { transaction, state }: { transaction: string; state: string }) => signIn.finish({ rawQuery: `accessToken=${token}&state=${state}`, transaction });

it.each([[{}, 2], [{ minutes: 1 }, 1], [{ minutes: 12 }, 12]])('waits as long as %j says, and no longer', async (handover, minutes) => {
  const signIn = signInWith(handover);
  const [early, late] = [await begin(signIn), await begin(signIn)];
  await hand(signIn, 'token-early');
  await hand(signIn, 'token-late');
  clock += minutes * 60_000 - 1;
  // A sign-in lives for ten minutes: a longer wait needs one that began later.
  const back = minutes > 9 ? await begin(signIn) : early;
  expect((await finish(signIn, 'token-early', back)).person.citizenId).toBe('099190000123');
  clock += 1;
  expect(await refusalOf(finish(signIn, 'token-late', minutes > 9 ? await begin(signIn) : late))).toBe('LT-VNEID-LOGIN-CODE');
  // The same is not taken again, although nobody fetched it.
  if (minutes <= 9) expect(await refusalOf(hand(signIn, 'token-late'))).toBe('LT-VNEID-LOGIN-HANDOVER');
});

it('goes to the sign-in whose state the application told, and to no other that knows the handle', async () => {
  const signIn = signInWith();
  const [mine, other] = [await begin(signIn), await begin(signIn)];
  await hand(signIn, 'token-mine', { state: mine.state });
  expect((await finish(signIn, 'token-mine', mine)).person.fullName).toBe('Lê Thị Mẫu');
  const again = await begin(signIn);
  await hand(signIn, 'token-read', { state: again.state });
  expect(await refusalOf(finish(signIn, 'token-read', other))).toBe('LT-VNEID-LOGIN-CODE');
});
