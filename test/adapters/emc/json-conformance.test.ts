/** The JSON dialect under the same suite as the form, which runs with the other adapters. */
import { describe, it } from 'vitest';
import { emc } from '../../../adapters/emc/adapter.ts';
import { jsonFixtures } from '../../../adapters/emc/fixtures.ts';
import { describeAdapter } from '../../../src/testing/index.ts';

describe('the JSON dialect', () => describeAdapter(emc as never, jsonFixtures as never, { describe, it }, { runs: 100 }));
