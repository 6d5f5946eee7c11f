/** Who calls: shared secrets in the path, the query or the body. No secret is ever in a reply, an error or a log. */
import { isEitherSecret } from '../../../src/adapter/shared-secret.ts';
import type { InboundConfig } from '../inbound-config.ts';

type Secrets = Pick<InboundConfig, 'securityCode' | 'codeGet' | 'taxSecurityKey' | 'previousSecrets'>;

/** The secret of this name, or the one that it takes the place of. */
export const isSecret = (given: unknown, name: 'securityCode' | 'codeGet' | 'taxSecurityKey', secrets: Secrets): boolean =>
  isEitherSecret(given, secrets[name], secrets.previousSecrets?.[name]);
