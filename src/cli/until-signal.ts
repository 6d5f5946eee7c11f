/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
export function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.off(signal, stop);
        process.once(signal, () => process.exit(130));
      }
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}

/** The end of standard input counts as a signal: a parent that starts us with a pipe and dies must not leave us behind. */
export function stopWithInput(): void {
  process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM')).resume();
}
