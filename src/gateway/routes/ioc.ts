/** Figures for a province's operation centre (IOC), under the names that its dashboards know already; unlike there a key is needed. */
import { monthPeriod, yearPeriod, type Period } from '../../indicators/index.ts';
import { localParts } from '../../model/time.ts';
import type { Routes } from '../context.ts';
import { IOC_NAMES, type IocName } from '../indicators/service.ts';
import { answers, describeRoute } from '../plugins/openapi.ts';
import { figuresOf, told } from './indicators.ts';
import { OPEN_OBJECT } from './shapes.ts';

const YEARS_SHOWN = 5;

export const iocRoutes: Routes = (app, context) => {
  app.get<{ Params: { name: IocName }; Querystring: { Month?: number; Year?: number } }>('/v1/ioc/:name', {
    onRequest: context.auth('indicators'),
    schema: describeRoute('getIocFigures', 'indicators', { vi: 'Số liệu cho trung tâm điều hành (IOC)', en: 'Figures for an operation centre (IOC)' }, 'indicators', {
      params: { type: 'object', required: ['name'], properties: { name: { type: 'string', enum: [...IOC_NAMES] } } },
      querystring: { type: 'object', additionalProperties: false, properties: { Month: { type: 'integer', minimum: 1, maximum: 12, description: 'Default: the present month', 'x-description-vi': 'Mặc định: tháng này' }, Year: { type: 'integer', minimum: 2000, maximum: 2100, description: 'Default: the present year', 'x-description-vi': 'Mặc định: năm nay' } } },
      response: answers({ 200: { description: 'Rows / Các dòng', type: 'array', items: OPEN_OBJECT } }),
    }, { vi: 'Tên trường như các hệ thống của tỉnh đang cung cấp cho IOC.', en: 'Field names as provinces’ systems give them to operation centres already.' }),
  }, async (request, reply) => {
    const service = await figuresOf(context);
    const { name } = request.params;
    const present = localParts(context.now());
    const { Year: year = present.year, Month: month = present.month } = request.query;
    const rows = told(() => service.ioc(name, periodOf(name, year, month)));
    return reply.header('cache-control', 'no-store').send(rows);
  });
};

function periodOf(name: IocName, year: number, month: number): Period {
  if (name === 'ThongKeThang') return yearPeriod(year);
  if (name === 'ThongKeNam') return { from: `${year - YEARS_SHOWN + 1}-01-01`, to: `${year}-12-31` };
  return monthPeriod(year, month);
}
