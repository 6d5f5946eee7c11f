import { checkConfig } from '../../gateway/config.ts';
import { ADAPTERS } from '../adapters.ts';
import { EXIT } from '../output.ts';

/** Reads a configuration as `serve` would and tells everything that is wrong with it, at once. Opens nothing, sends nothing. */
export function configCheck(file: string, options: { json?: boolean }): void {
  const checked = checkConfig({ file, adapters: ADAPTERS });
  if (options.json === true) process.stdout.write(`${JSON.stringify(checked.ok ? { ok: true } : checked)}\n`);
  else if (checked.ok) {
    const { server, upstreams, sources, ledger } = checked.value;
    process.stdout.write(`ok: ${server.host}:${server.port} · ledger ${ledger.engine === 'sqlite' ? ledger.folder : ledger.engine} · upstreams ${upstreams.map((u) => u.id).join(', ') || 'none'} · sources ${sources.map((s) => s.id).join(', ') || 'none'}\n`);
  } else {
    for (const found of checked.issues) process.stdout.write(`${found.code} ${found.pointer ?? ''}\n  ${found.message.vi}\n  ${found.message.en}\n`);
  }
  if (!checked.ok) process.exitCode = EXIT.usage;
}
