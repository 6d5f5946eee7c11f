/** What is wrong now and what changed lately, as the leader last told it. */
import { ALERT_CELL, readAlertRecord } from '../alerts/alerts.ts';
import { ALERT_KINDS, type AlertKind, type Change } from '../alerts/conditions.ts';
import { alertView } from '../alerts/texts.ts';
import type { Routes } from '../context.ts';
import { answers, component, describeRoute } from '../plugins/openapi.ts';

const ALERT = {
  type: 'object',
  required: ['kind', 'subject', 'change', 'at', 'since', 'figure', 'who', 'title', 'action'],
  properties: {
    kind: { type: 'string', enum: [...ALERT_KINDS] },
    subject: { type: ['string', 'null'], description: 'Configured upstream or limit; null for the whole gateway', 'x-description-vi': 'Hệ thống đích hoặc giới hạn; null là toàn cổng' },
    change: { type: 'string', enum: ['raised', 'grown', 'cleared'] },
    at: { type: 'string' }, since: { type: 'string' },
    figure: { type: 'number', description: 'How many, how many seconds, or how many per cent, by kind', 'x-description-vi': 'Số lượng, số giây hoặc phần trăm, tuỳ loại' },
    who: { type: 'string' }, title: component('Text'), action: component('Text'),
  },
};

export const alertRoutes: Routes = (app, context) => {
  const { ledger, evidence } = context;
  app.get('/v1/alerts', {
    onRequest: context.auth('read'),
    schema: describeRoute('listAlerts', 'figures', { vi: 'Cảnh báo hiện tại và thay đổi gần đây', en: 'Present alerts and recent changes' }, 'read', {
      response: answers({ 200: { description: 'Alerts / Cảnh báo', type: 'object', required: ['current', 'recent'], properties: { current: { type: 'array', items: ALERT }, recent: { type: 'array', description: 'Newest first', 'x-description-vi': 'Mới trước', items: ALERT } } } }),
    }),
  }, async (_request, reply) => {
    const { writable, since } = evidence.state();
    // A ledger that takes no writes may not be readable either: then its own trouble is all that is told.
    const { memory, recent } = readAlertRecord((writable ? await ledger.getCell(ALERT_CELL) : await ledger.getCell(ALERT_CELL).catch(() => undefined))?.value);
    const current = Object.entries(memory.active).map(([key, { since, told, toldAt }]): Change => {
      const [kind = '', subject = ''] = key.split('/');
      return { kind: kind as AlertKind, subject, change: 'raised', at: toldAt, since, figure: told };
    });
    if (!writable) current.push({ kind: 'evidence-unwritable', subject: '', change: 'raised', at: since, since, figure: 0 });
    current.sort((a, b) => a.since - b.since);
    return reply.header('cache-control', 'no-store').send({ current: current.map(alertView), recent: recent.map(alertView) });
  });
};
