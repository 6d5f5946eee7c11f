import type { Issue } from '../../contract/errors/types.ts';
import { checkConfig, type GatewayConfig } from '../../gateway/config.ts';
import { ADAPTERS } from '../adapters.ts';
import { EXIT } from '../output.ts';

/** Reads a configuration as `serve` would and tells everything that is wrong with it, at once. Opens nothing, sends nothing. */
export function configCheck(file: string, options: { json?: boolean }): void {
  const checked = checkConfig({ file, adapters: ADAPTERS });
  const warnings = checked.ok ? advice(checked.value) : [];
  if (options.json === true) process.stdout.write(`${JSON.stringify(checked.ok ? { ok: true, ...(warnings.length === 0 ? {} : { warnings }) } : checked)}\n`);
  else if (checked.ok) {
    const { server, upstreams, sources, ledger } = checked.value;
    process.stdout.write(`ok: ${server.host}:${server.port} · ledger ${ledger.engine === 'sqlite' ? ledger.folder : ledger.engine} · upstreams ${upstreams.map((u) => u.id).join(', ') || 'none'} · sources ${sources.map((s) => s.id).join(', ') || 'none'}\n`);
    tell(warnings);
  } else {
    tell(checked.issues);
  }
  if (!checked.ok) process.exitCode = EXIT.usage;
}

const tell = (issues: readonly Issue[]): void => {
  for (const found of issues) process.stdout.write(`${found.code} ${found.pointer ?? ''}\n  ${found.message.vi}\n  ${found.message.en}\n`);
};

/** What is allowed and yet worth a second look, of every upstream and source. */
const advice = ({ upstreams, sources }: GatewayConfig): Issue[] =>
  [...upstreams.map((one) => ({ ...one, at: `/upstreams/${one.id}` })), ...sources.map((one) => ({ ...one, at: `/sources/${one.id}` }))]
    .flatMap(({ adapter, config, at }) => (adapter.advise?.(config) ?? []).map((found) => ({ ...found, pointer: at + (found.pointer ?? '') })));
