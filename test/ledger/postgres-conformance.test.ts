import { ledgerConformance } from './conformance.ts';
import { postgresStorage } from './postgres-fixtures.ts';

ledgerConformance('postgres', (clock) => postgresStorage(clock));
