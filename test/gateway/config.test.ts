import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Adapter, AnyOperation } from '../../src/adapter/types.ts';
import { isValidationError } from '../../src/contract/validate.ts';
import { CONFIG_SCHEMA, checkConfig, loadConfig } from '../../src/gateway/config.ts';
import { RETRY_DEFAULTS } from '../../src/delivery/index.ts';
import { generateApiKey, hashApiKey } from '../../src/gateway/keys.ts';
import { toyAdapter } from './fixtures.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lt-config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const adapters = { toy: toyAdapter };
let count = 0;
function write(text: string): string {
  const file = join(folder, `${++count}.yaml`);
  writeFileSync(file, text);
  return file;
}
function faults(text: string, env: Record<string, string> = {}): string[] {
  const checked = checkConfig({ file: write(text), env, adapters });
  return checked.ok ? [] : checked.issues.map((i) => `${i.code} ${i.pointer}`);
}

describe('a configuration that is fine', () => {
  it('gets every default and the adapter’s own checked section', () => {
    const config = loadConfig({
      file: write('upstreams:\n  portal: {adapter: toy, baseUrl: http://127.0.0.1:9, password: "${PW}"}\nsources:\n  one: {adapter: toy, baseUrl: http://127.0.0.1:9, password: "${PW}"}\n'),
      env: { PW: 'rat-bi-mat-7431' },
      adapters,
    });
    expect(config.server).toMatchObject({ host: '127.0.0.1', port: 8480, importWindow: 512, trustProxy: false, rateLimit: { windowSeconds: 60 } });
    expect(config.ledger).toEqual({ engine: 'sqlite', folder: './data', poolSize: 10, notify: true, maxBytes: 0, maxFileBytes: 20_000_000 });
    expect(config.delivery.retry).toEqual(RETRY_DEFAULTS);
    expect(config.upstreams).toMatchObject([{ id: 'portal', config: { password: 'rat-bi-mat-7431', configured: true } }]);
    expect(config.sources).toMatchObject([{ id: 'one', mode: 'push', pollSeconds: 60 }]);
    expect(config.sources[0]?.config).not.toHaveProperty('mode');
  });

  it('is JSON as well as YAML, and overrides win key by key', () => {
    const config = loadConfig({ file: write('{"server": {"port": 1234, "maxDepth": 8}}'), env: {}, adapters, overrides: { server: { port: 0 } } });
    expect(config.server).toMatchObject({ port: 0, maxDepth: 8 });
  });

  it('takes numbers and booleans from the environment only where the schema means them', () => {
    const config = loadConfig({
      file: write(`apiKeys: [{name: mot-cua, sha256: ${generateApiKey().sha256}, scopes: [intake]}]\n` + 'server: {port: "${PORT}", trustProxy: "${TRUST}"}\nledger: {folder: "${FOLDER}"}\nupstreams: {portal: {adapter: toy, baseUrl: "http://${HOST}", password: "${PW}", timeoutMs: "${T}", strict: "${S}"}}'),
      env: { PORT: '8123', TRUST: 'true', FOLDER: '01', HOST: 'portal.example.vn', PW: '73315552', T: '250', S: 'false' },
      adapters,
    });
    expect(config.server).toMatchObject({ port: 8123, trustProxy: true });
    expect(config.ledger.folder).toBe('01');
    expect(config.upstreams[0]?.config).toMatchObject({ baseUrl: 'http://portal.example.vn', password: '73315552', timeoutMs: 250, strict: false });
  });

  it('finds its PostgreSQL in the file or in DATABASE_URL, and nowhere else', () => {
    const url = 'postgresql://cong:mot-bi-mat-42@127.0.0.1:5432/lienthong';
    expect(loadConfig({ file: write('ledger: {engine: postgres, poolSize: 6}'), env: { DATABASE_URL: url }, adapters }).ledger).toMatchObject({ engine: 'postgres', url, poolSize: 6 });
    expect(loadConfig({ file: write('ledger: {engine: postgres, url: "${DB}"}'), env: { DB: url, DATABASE_URL: 'postgres://khac/x' }, adapters }).ledger.url).toBe(url);
    expect(loadConfig({ env: { DATABASE_URL: url }, adapters }).ledger).not.toHaveProperty('url');
    expect(faults('ledger: {engine: postgres}')).toEqual(['LT-CONFIG-DATABASE-URL /ledger/url']);
    expect(faults('ledger: {engine: postgres}', { DATABASE_URL: 'mysql://cong:mot-bi-mat-42@127.0.0.1/x' })).toEqual(['LT-CONFIG-DATABASE-URL /ledger/url']);
    expect(faults('ledger: {engine: postgres}', { DATABASE_URL: 'postgres://postgres:password@127.0.0.1/x' })).toEqual(['LT-CONFIG-PLACEHOLDER-SECRET /ledger/url']);
    expect(faults(`ledger: {url: "${url}"}`)).toEqual(['LT-CONFIG-DATABASE-UNUSED /ledger/url']);
  });

  it('never lets a variable become structure', () => {
    const checked = checkConfig({ file: write('ledger: {folder: "${FOLDER}"}'), env: { FOLDER: 'x"\nserver: {host: 0.0.0.0}' }, adapters });
    expect(checked.ok && checked.value.server.host).toBe('127.0.0.1');
    expect(checked.ok && checked.value.ledger.folder).toContain('server:');
  });

  it('writes $${ as a literal', () => {
    expect(loadConfig({ file: write('ledger: {folder: "a $${B}"}'), env: {}, adapters }).ledger.folder).toBe('a ${B}');
  });
});

describe('a configuration that is refused', () => {
  it('names unknown keys with their pointer, in the file and in an adapter’s section', () => {
    expect(faults('server: {prot: 1}\nsever: {}\nupstreams: {portal: {adapter: toy, baseUrl: http://x.example.vn, password: abc-def-123, tokn: 1}}')).toEqual(
      expect.arrayContaining(['LT-CONFIG-UNKNOWN-KEY /sever', 'LT-CONFIG-UNKNOWN-KEY /server/prot', 'LT-CONFIG-UNKNOWN-KEY /upstreams/portal/tokn']),
    );
  });

  it('tells everything at once', () => {
    const found = faults('server: {port: 99999999}\nlogging: {level: 92}\nledger: {engine: oracle}\nupstreams: {a: {adapter: nothing}, b: {adapter: toy, password: changeme}}\nsources: {c: {adapter: toy, mode: poll, baseUrl: http://x.example.vn, password: ok-secret-1}}');
    expect(found).toEqual(expect.arrayContaining([
      'LT-CONFIG-VALUE /server/port', 'LT-CONFIG-VALUE /logging/level', 'LT-CONFIG-VALUE /ledger/engine', 'LT-CONFIG-ADAPTER-UNKNOWN /upstreams/a/adapter',
      'LT-CONFIG-REQUIRED /upstreams/b/baseUrl', 'LT-CONFIG-PLACEHOLDER-SECRET /upstreams/b/password', 'LT-CONFIG-ADAPTER-ROLE /sources/c/mode',
    ]));
  });

  it.each(['changeme', 'password', 'CHANGE-ME-NOW', '<your password>', 'your-secret', 'aaaaaaaa', '123456', 'mat-khau-vi-du-42', ' '])('refuses the secret %j', (secret) => {
    expect(faults(`upstreams: {portal: {adapter: toy, baseUrl: "http://x.example.vn", password: ${JSON.stringify(secret)}}}`)).toEqual(['LT-CONFIG-PLACEHOLDER-SECRET /upstreams/portal/password']);
  });

  it('finds a placeholder that comes from the environment', () => {
    expect(faults('upstreams: {portal: {adapter: toy, baseUrl: "http://x.example.vn", password: "${PW}"}}', { PW: 'password' })).toEqual(['LT-CONFIG-PLACEHOLDER-SECRET /upstreams/portal/password']);
  });

  it('never quotes a value', () => {
    const checked = checkConfig({ file: write('logging: {level: "bí mật gì đó"}\nupstreams: {portal: {adapter: toy, baseUrl: "ftp-bi-mat", password: password}}'), env: {}, adapters });
    expect(checked.ok).toBe(false);
    expect(JSON.stringify(checked)).not.toMatch(/bí mật gì|ftp-bi-mat/);
  });

  it('names missing variables once, without the noise of the empty text they leave', () => {
    expect(faults('logging: {level: "${LEVEL}"}\nserver: {port: "${PORT}"}')).toEqual(['LT-CONFIG-ENV-MISSING /logging/level', 'LT-CONFIG-ENV-MISSING /server/port']);
  });

  it('wants keys off loopback, and keys that differ', () => {
    expect(faults('server: {host: 0.0.0.0}')).toEqual(['LT-CONFIG-KEYS-REQUIRED /apiKeys']);
    const { sha256 } = generateApiKey();
    expect(faults(`server: {host: 0.0.0.0}\napiKeys: [{name: mot-cua, sha256: ${sha256}, scopes: [intake]}]`)).toEqual([]);
    expect(faults(`apiKeys: [{name: a, sha256: ${sha256}, scopes: [intake]}, {name: a, sha256: ${sha256}, scopes: [read]}]`)).toEqual(['LT-CONFIG-DUPLICATE-KEY /apiKeys/1/name', 'LT-CONFIG-DUPLICATE-KEY /apiKeys/1/sha256']);
    expect(faults(`apiKeys: [{name: a, sha256: ${hashApiKey('changeme')}, scopes: [intake]}]`)).toEqual(['LT-CONFIG-PLACEHOLDER-SECRET /apiKeys/0/sha256']);
    expect(faults(`apiKeys: [{name: a, sha256: ${sha256}, scopes: [admin]}]`)).toEqual(['LT-CONFIG-VALUE /apiKeys/0/scopes/0']);
  });

  it.each(['true', '[127.0.0.1]', '["10.0.0.0/8", 192.0.2.7]'])('wants keys when a proxy may stand in front: trustProxy %s', (trustProxy) => {
    expect(faults(`server: {trustProxy: ${trustProxy}}`)).toEqual(['LT-CONFIG-PROXY-WITHOUT-KEYS /server/trustProxy']);
    expect(faults(`server: {trustProxy: ${trustProxy}}\napiKeys: [{name: mot-cua, sha256: ${generateApiKey().sha256}, scopes: [intake]}]`)).toEqual([]);
    expect(faults('server: {trustProxy: false}')).toEqual([]);
  });

  it('wants a legal basis for every purpose, and the database’s code among those that the indicators count', () => {
    const purposes = 'purposes: {HT-01: {legalBasis: Luật Hộ tịch}}';
    expect(faults(`citizens: {${purposes}}`)).toEqual([]);
    expect(faults('citizens: {databaseCode: "7"}')).toEqual([]);
    expect(faults(`citizens: {${purposes}, databaseCode: "7"}`)).toEqual(['LT-CONFIG-VALUE /citizens/databaseCode']);
    expect(faults(`citizens: {${purposes}, databaseCode: "7"}\nindicators: {populationDatabases: ["7"]}`)).toEqual([]);
    expect(faults('citizens: {purposes: {HT-01: {}, "tò mò": {legalBasis: không có}}, cacheSeconds: 3601}')).toEqual(expect.arrayContaining(['LT-CONFIG-REQUIRED /citizens/purposes/HT-01/legalBasis', 'LT-CONFIG-VALUE /citizens/cacheSeconds']));
  });

  it('passes an adapter’s own findings on under the section’s pointer', () => {
    expect(faults('upstreams: {portal: {adapter: toy, baseUrl: gopher, password: rat-bi-mat}}')).toEqual(['LT-CONFIG-VALUE /upstreams/portal/baseUrl']);
  });

  it.each([['a: [', 'LT-CONFIG-SYNTAX '], ['server: {}\nserver: {}', 'LT-CONFIG-SYNTAX '], ['- 1', 'LT-CONFIG-VALUE '], ['just text', 'LT-CONFIG-VALUE ']])('refuses %j', (text, expected) => {
    expect(faults(text)).toContain(expected);
  });

  it('stops a file of aliases that grows without end', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]', ...['b', 'c', 'd', 'e', 'f', 'g'].map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`)].join('\n');
    expect(faults(bomb)).toEqual(['LT-CONFIG-SYNTAX ']);
  });

  it('says so when there is no file, and throws every issue from loadConfig', () => {
    const file = join(folder, 'none.yaml');
    expect(checkConfig({ file, env: {}, adapters })).toMatchObject({ ok: false, issues: [{ code: 'LT-CONFIG-UNREADABLE' }] });
    try {
      loadConfig({ file: write('x: 1\ny: 2'), env: {}, adapters });
      expect.unreachable();
    } catch (error) {
      expect(isValidationError(error) && error.issues.map((i) => i.pointer)).toEqual(['/x', '/y']);
    }
  });
});

describe('the schema', () => {
  it('describes every key in both languages and knows its secrets', () => {
    const missing: string[] = [];
    const walk = (node: unknown, at: string): void => {
      if (typeof node !== 'object' || node === null) return;
      const { properties } = node as { properties?: Record<string, Record<string, unknown>> };
      for (const [key, child] of Object.entries(properties ?? {})) {
        if (typeof child['description'] !== 'string' || typeof child['x-description-vi'] !== 'string') missing.push(`${at}/${key}`);
        walk(child, `${at}/${key}`);
      }
      for (const inner of ['items', 'additionalProperties'] as const) walk((node as Record<string, unknown>)[inner], at);
    };
    walk(CONFIG_SCHEMA, '');
    expect(missing).toEqual([]);
  });
});

describe('keys', () => {
  it('are long, differ, and are kept as their hash only', () => {
    const a = generateApiKey();
    const b = generateApiKey();
    expect(a.key).not.toBe(b.key);
    expect(a.key).toMatch(/^lt_[\w-]{43}$/);
    expect(a.sha256).toBe(hashApiKey(a.key));
    expect(a.sha256).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('how upstreams are treated', () => {
  const portal = 'upstreams: {portal: {adapter: toy, baseUrl: http://x.example.vn, password: abc-def-123}}\n';

  it('is read with the defaults of what is named', () => {
    const config = loadConfig({
      file: write(`${portal}delivery:
  upstreams:
    portal:
      retry: {baseMs: 50}
      rate: {perSecond: 2.5}
      breaker: {openMs: 1000}
      callTimeoutMs: 20000
      calendar:
        hours: [{days: [mon, fri], from: "22:00", to: "04:00"}]
        maintenance: [{from: "2026-12-05T22:00+07:00", to: "2026-12-06T01:00:00Z", why: nâng cấp}]
      operations: {push: {concurrency: 2, rate: {perSecond: 1, burst: 4}}}
`),
      env: {}, adapters,
    });
    expect(config.delivery.urgentWithinHours).toBe(24);
    expect(config.delivery.upstreams).toEqual({
      portal: {
        retry: { baseMs: 50 }, rate: { perSecond: 2.5, burst: 3 }, callTimeoutMs: 20_000,
        breaker: { openMs: 1_000 },
        calendar: { hours: [{ days: ['mon', 'fri'], from: '22:00', to: '04:00' }], maintenance: [{ from: Date.UTC(2026, 11, 5, 15), to: Date.UTC(2026, 11, 6, 1), why: 'nâng cấp' }] },
        operations: { push: { concurrency: 2, rate: { perSecond: 1, burst: 4 } } },
      },
    });
  });

  it('may do without a breaker', () => {
    expect(loadConfig({ file: write(`${portal}delivery: {upstreams: {portal: {breaker: false}}}`), env: {}, adapters }).delivery.upstreams['portal']?.breaker).toBe(false);
    expect(loadConfig({ file: write(`${portal}delivery: {upstreams: {portal: {breaker: true}}}`), env: {}, adapters }).delivery.upstreams).toEqual({ portal: {} });
  });

  it('lets an adapter say how many calls of an operation go out at once, where nobody else does', () => {
    const { push } = toyAdapter.operations;
    const heavy = { toy: { ...toyAdapter, operations: { ...toyAdapter.operations, push: { ...(push as AnyOperation), concurrency: 2 } } } satisfies Adapter };
    const policy = (delivery: string) => loadConfig({ file: write(`${portal}${delivery}`), env: {}, adapters: heavy }).delivery.upstreams['portal'];
    expect(policy('')).toEqual({ operations: { push: { concurrency: 2 } } });
    expect(policy('delivery: {upstreams: {portal: {concurrency: 9, operations: {push: {rate: {perSecond: 5}}, step: {concurrency: 1}}}}}')).toEqual(
      { concurrency: 9, operations: { push: { concurrency: 2, rate: { perSecond: 5, burst: 5 } }, step: { concurrency: 1 } } });
    expect(policy('delivery: {upstreams: {portal: {operations: {push: {concurrency: 7}}}}}')).toEqual({ operations: { push: { concurrency: 7 } } });
  });

  it('is refused with everything that is wrong at once', () => {
    expect(faults(`${portal}delivery:
  upstreams:
    portall: {concurrency: 1}
    portal:
      operations: {pull: {concurrency: 1}}
      breaker: {openMs: 60000, mostOpenMs: 1000}
      calendar:
        hours: [{from: "08:00", to: "08:00"}]
        maintenance: [{from: "2026-13-05T22:00+07:00", to: "2026-12-06T01:00:00Z"}, {from: "2026-12-06T01:00:00Z", to: "2026-12-05T01:00:00Z"}]
`).sort()).toEqual([
      'LT-CONFIG-OPERATION-UNKNOWN /delivery/upstreams/portal/operations/pull',
      'LT-CONFIG-UPSTREAM-UNKNOWN /delivery/upstreams/portall',
      'LT-CONFIG-VALUE /delivery/upstreams/portal/breaker/mostOpenMs',
      'LT-CONFIG-VALUE /delivery/upstreams/portal/calendar/hours/0/to',
      'LT-CONFIG-VALUE /delivery/upstreams/portal/calendar/maintenance/0/from',
      'LT-CONFIG-VALUE /delivery/upstreams/portal/calendar/maintenance/1/to',
    ]);
    expect(faults(`${portal}delivery: {upstreams: {portal: {calendar: {closed: [{from: "00:00", to: "24:00"}]}, rate: {perSecond: 0}}}}`)).toEqual(['LT-CONFIG-VALUE /delivery/upstreams/portal/rate/perSecond']);
    expect(faults(`${portal}delivery: {upstreams: {portal: {calendar: {closed: [{from: "00:00", to: "24:00"}]}}}}`)).toEqual(['LT-CONFIG-CALENDAR-NEVER-OPEN /delivery/upstreams/portal/calendar']);
  });
});
