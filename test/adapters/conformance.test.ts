/** Every adapter of ours under the conformance suite. A new one is here as soon as it is in the list of upstreams. */
import { describe, it } from 'vitest';
import { describeAdapter, UPSTREAM_IDS } from '../../src/testing/index.ts';
import { anyFixtures } from '../../src/testing/suite/ours.ts';
import { anyUpstream } from '../../src/testing/upstreams.ts';

for (const id of UPSTREAM_IDS) describeAdapter(await anyUpstream(id), await anyFixtures(id), { describe, it }, { runs: 150 });
