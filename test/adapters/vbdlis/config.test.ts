import { describe, expect, it } from 'vitest';
import { configure, vbdlis } from '../../../adapters/vbdlis/adapter.ts';
import { isValidationError } from '../../../src/contract/validate.ts';
import { config, login, rawConfig } from './fixtures.ts';

function faults(raw: unknown): string[] {
  try {
    configure(raw);
    return [];
  } catch (error) {
    if (!isValidationError(error)) throw error;
    return error.issues.map(({ code, pointer }) => `${code} ${pointer ?? ''}`);
  }
}

describe('configuration', () => {
  it('needs an address and the procedures, and is one of two dialects', () => {
    expect(faults({})).toEqual(['LT-CONFIG-REQUIRED /baseUrl', 'LT-CONFIG-REQUIRED /procedures']);
    expect(config()).toMatchObject({ profile: 'vbdlis', paths: { submit: '/tiepnhan' }, replyNames: 'camel' });
    expect(config({ profile: 'ilis', login, paths: { wrongResult: '/khac' } }).paths).toEqual({ submit: '/TiepNhanHoSo', supplementDone: '/BoSungHoSo', resultReturned: '/CapNhatTrangThaiHoSo', wrongResult: '/khac' });
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    ['ILIS without a login', { profile: 'ilis' }, ['LT-CONFIG-REQUIRED /login']],
    ['a tax step without a login', { tax: { url: 'https://x.example.vn/thue', steps: ['T'] } }, ['LT-CONFIG-REQUIRED /tax/login']],
    ['a receiving officer whom nobody knows', { receivingOfficer: 'ai-do' }, ['LT-CONFIG-VALUE /receivingOfficer']],
    ['an unknown key', { baseURL: 'x' }, ['LT-CONFIG-UNKNOWN-KEY /baseURL']],
    ['an extension without its dot', { attachments: { extensions: ['pdf'] } }, ['LT-CONFIG-VALUE /attachments/extensions/0']],
    ['a host with a path', { downloads: { hosts: ['x.example.vn/a'] } }, ['LT-CONFIG-VALUE /downloads/hosts/0']],
    ['a procedure without a code', { procedures: { '1.1': {} } }, ['LT-CONFIG-REQUIRED /procedures/1.1/code']],
    ['a secret that is too short', { securityCode: 'ngan' }, ['LT-CONFIG-VALUE /securityCode']],
  ])('refuses %s', (_what, more, expected) => expect(faults({ ...rawConfig, ...more })).toEqual(expected));

  it('has no default for a secret, and marks every one', () => {
    const open: string[] = [];
    const walk = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      const schema = node as Record<string, unknown>;
      for (const [name, child] of Object.entries((schema['properties'] ?? {}) as Record<string, Record<string, unknown>>)) {
        if (/password|secret|securityCode|codeGet|SecurityKey|headers|^key$/i.test(name) && child['type'] !== undefined && child['writeOnly'] !== true) open.push(`${path}/${name}`);
        if (child['writeOnly'] === true && 'default' in child) open.push(`${path}/${name} has a default`);
        walk(child, `${path}/${name}`);
      }
    };
    walk(vbdlis.configSchema, '');
    expect(open).toEqual([]);
  });
});
