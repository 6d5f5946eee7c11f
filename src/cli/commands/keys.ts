import { API_SCOPES, generateApiKey } from '../../gateway/keys.ts';
import { CommandError, EXIT } from '../output.ts';

/** As the configuration's schema has it; refused here already, because a key is shown only once. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/;

/** Makes an API key. The key is shown once; the configuration gets only its hash. */
export function newKey(options: { name: string; scopes: string }): void {
  const scopes = [...new Set(options.scopes.split(',').map((scope) => scope.trim()).filter((scope) => scope !== ''))];
  const wrong = scopes.find((scope) => !(API_SCOPES as readonly string[]).includes(scope));
  if (wrong !== undefined || scopes.length === 0) throw new CommandError(`--scopes: '${wrong ?? ''}'; one or more of / một hoặc nhiều trong: ${API_SCOPES.join(', ')}`, EXIT.usage);
  if (!NAME.test(options.name)) throw new CommandError('--name: ASCII letters, digits, dot, hyphen, underscore, at most 60 / chữ không dấu, số, dấu chấm, gạch, tối đa 60', EXIT.usage);
  const { key, sha256 } = generateApiKey();
  // Quoted: YAML would read some names and some hashes as numbers.
  process.stdout.write(`key (shown once, give it to the caller / chỉ hiện một lần): ${key}\n\napiKeys:\n  - name: "${options.name}"\n    sha256: "${sha256}"\n    scopes: [${scopes.join(', ')}]\n`);
}
