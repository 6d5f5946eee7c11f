/** Waiting for something to become true, instead of sleeping and hoping. */
export interface WaitOptions {
  /** default 10 s */
  timeoutMs?: number;
  /** pause between looks, default 10 ms */
  intervalMs?: number;
  /** what was waited for, and how far it got: goes into the error */
  describe?: string | (() => string);
}

/**
 * Looks at a condition until it holds and gives back what it answered.
 * @throws Error that names what was waited for, after `timeoutMs`; what the condition throws passes through
 */
export async function waitFor<T>(condition: () => T | Promise<T>, options: WaitOptions = {}): Promise<NonNullable<Exclude<T, false>>> {
  const { timeoutMs = 10_000, intervalMs = 10, describe = 'the condition' } = options;
  const until = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value !== false && value !== null && value !== undefined) return value as NonNullable<Exclude<T, false>>;
    if (performance.now() >= until) throw new Error(`still waiting after ${timeoutMs} ms for ${typeof describe === 'string' ? describe : describe()}`);
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}
