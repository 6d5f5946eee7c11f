/** Two suites: the portal as a province sees it, and a province as the portal sees it. The checks stand in conformance/. */
import { defineConformance, type ConformanceSuite } from '../../src/adapter/conformance.ts';
import { timeCheck } from './conformance/line-checks.ts';
import { openPortal, type Portal } from './conformance/portal-line.ts';
import { portalReads } from './conformance/portal-read.ts';
import { portalWrites } from './conformance/portal-write.ts';
import { openProvince, provinceChecks, type Province } from './conformance/province-checks.ts';
import { configurePortal, configureProvince, portalSchema, provinceSchema, type PortalSettings, type ProvinceSettings } from './conformance/settings.ts';

const portal = defineConformance<PortalSettings, Portal>({
  id: 'dvcqg',
  title: { vi: 'Kết nối tới Cổng Dịch vụ công quốc gia', en: 'Calls to the national public-service portal' },
  target: { vi: 'Trục kết nối (…/RestService/forward) của môi trường thử, hoặc hệ thống đóng vai Cổng', en: 'The exchange adapter (…/RestService/forward) of a test environment, or a system that plays the portal' },
  settingsSchema: portalSchema,
  account: ['username', 'password'],
  configure: configurePortal,
  secrets: ({ connection }) => [connection.password, connection.username],
  shownHeaders: ['charset', 'dstcode', 'providerurl'],
  tls: ({ connection }) => connection.tls,
  open: openPortal,
  checks: [...portalReads, ...portalWrites, timeCheck('login.accepted')],
});

const province = defineConformance<ProvinceSettings, Province>({
  id: 'province-callbacks',
  title: { vi: 'Lời gọi của Cổng Dịch vụ công quốc gia tới tỉnh', en: 'Calls of the national public-service portal to a province' },
  target: { vi: 'Địa chỉ mà Cổng gọi vào tỉnh (…/search/call nằm bên dưới)', en: 'The address at which the portal calls the province (…/search/call is below it)' },
  settingsSchema: provinceSchema,
  account: ['apiKey'],
  configure: configureProvince,
  secrets: ({ apiKey, headers }) => [...(apiKey === undefined ? [] : [apiKey]), ...Object.values(headers)],
  tls: ({ tls }) => tls,
  open: openProvince,
  checks: provinceChecks,
});

export const conformance: readonly ConformanceSuite[] = [portal, province];
