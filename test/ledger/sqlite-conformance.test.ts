import { ledgerConformance } from './conformance.ts';
import { sqliteStorage } from './fixtures.ts';

ledgerConformance('sqlite', (clock) => sqliteStorage(clock));
