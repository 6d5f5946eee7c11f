/** Progress of long work. Off a terminal (CI, a pipe) it prints a plain line now and then instead of a moving bar. */
import cliProgress from 'cli-progress';

export interface Progress { to(value: number, note?: string): void; done(note?: string): void }

const PLAIN_EVERY_MS = 5_000;

export function progress(title: string, total: number, stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) return plain(title, total, stream);
  const bar = new cliProgress.SingleBar({
    format: `${title} {bar} {percentage}% | {value}/{total} | {note}`,
    hideCursor: true,
    stream,
    barsize: 30,
  }, cliProgress.Presets.shades_classic);
  bar.start(total, 0, { note: '' });
  return {
    to: (value, note = '') => bar.update(value, { note }),
    done(note = '') {
      bar.update(total, { note });
      bar.stop();
    },
  };
}

function plain(title: string, total: number, stream: NodeJS.WriteStream): Progress {
  let printed = Date.now();
  const say = (value: number, note: string) => stream.write(`${title}: ${value}/${total}${note === '' ? '' : ` | ${note}`}\n`);
  return {
    to(value, note = '') {
      if (Date.now() - printed < PLAIN_EVERY_MS) return;
      printed = Date.now();
      say(value, note);
    },
    done: (note = '') => say(total, note),
  };
}
