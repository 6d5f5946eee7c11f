/** What one process of a gateway does. Several processes on one ledger may share the work as they like. */
import type { FastifyInstance } from 'fastify';
import { ProblemError } from './problem.ts';

/**
 * intake: takes dossiers and the upstreams' own calls · deliver: sends · schedule: polls sources, keeps the ledger healthy, replays, alerts;
 * of all processes with this role one leads · console: what an operator sees and orders. Health and metrics are served always.
 */
export const ROLES = ['intake', 'deliver', 'schedule', 'console'] as const;
export type Role = (typeof ROLES)[number];

/** Answers every route of this scope with the role that serves it, unless this process has that role. */
export function requireRole(scope: FastifyInstance, role: Role, roles: readonly Role[]): void {
  if (roles.includes(role)) return;
  scope.addHook('onRequest', (_request, _reply, done) => done(new ProblemError('LT-GATEWAY-OTHER-ROLE', { extra: { role } })));
}
