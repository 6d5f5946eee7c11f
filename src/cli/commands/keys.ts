import { generateApiKey } from '../../gateway/keys.ts';

/** Makes an API key. The key is shown once; the configuration gets only its hash. */
export function newKey(options: { name: string; scopes: string }): void {
  const { key, sha256 } = generateApiKey();
  process.stdout.write(`key (shown once, give it to the caller / chỉ hiện một lần): ${key}\n\napiKeys:\n  - name: ${options.name}\n    sha256: ${sha256}\n    scopes: [${options.scopes}]\n`);
}
