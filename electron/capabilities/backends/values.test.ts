import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readQueueItem, readQueueStatus } from './invokeai.ts';
import { readEvent } from './invokeai-events.ts';
import { countOf, listOf, numberOf, utcOf } from './values.ts';

describe('times of the queue', () => {
  it('are UTC, though they do not say so, with or without a zone and parts of a second', () => {
    const at = Date.UTC(2026, 4, 4, 14, 6, 31);
    expect(utcOf('2026-05-04 14:06:31.120')).toBe(at + 120);
    expect(utcOf('2026-05-04T14:06:31.120456')).toBe(at + 120);
    expect(utcOf('2026-05-04 14:06:31')).toBe(at);
    expect(utcOf('2026-05-04T14:06:31.120Z')).toBe(at + 120);
    expect(utcOf('2026-05-04T14:06:31Z')).toBe(at);
  });

  it.each([null, undefined, 7, '', 'yesterday', '2026-05-04', '2026-13-04 14:06:31.120', '14:06:31'])('%j is none', (value) => {
    expect(utcOf(value)).toBeNull();
  });

  it('come back to the millisecond, whatever the zone of this machine', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }), (date) => {
        expect(utcOf(date.toISOString().replace('T', ' ').replace('Z', ''))).toBe(date.getTime());
      }),
    );
  });
});

describe('what InvokeAI tells by its line', () => {
  const progress = { item_id: 7, message: 'Denoising', percentage: 0.5, image: { dataURL: 'data:image/jpeg;base64,AAAA' } };

  it('is progress by the name of 4.2 and by that of today', () => {
    for (const name of ['invocation_denoise_progress', 'invocation_progress']) {
      expect(readEvent(name, progress)).toEqual({
        kind: 'progress',
        itemId: 7,
        message: 'Denoising',
        share: 0.5,
        preview: 'data:image/jpeg;base64,AAAA',
      });
    }
    expect(readEvent('invocation_progress', { item_id: 7, percentage: null, image: null })).toMatchObject({ share: null, preview: null });
    expect(readEvent('invocation_progress', { ...progress, percentage: 1.7 })).toMatchObject({ share: 1 });
  });

  it.each([
    'https://elsewhere.example/a.png',
    'data:text/html;base64,AAAA',
    'data:image/svg+xml;base64,AAAA',
    `data:image/png;base64,${'A'.repeat(500_000)}`,
    7,
  ])('is no preview when it is %j', (dataURL) => {
    expect(readEvent('invocation_progress', { ...progress, image: { dataURL } })).toMatchObject({ kind: 'progress', preview: null });
  });

  it('is of a job, an install or the list; the rest is nothing', () => {
    expect(readEvent('queue_item_status_changed', { item_id: 7, status: 'canceled', destination: 'panel', origin: null })).toEqual({
      kind: 'item',
      itemId: 7,
      status: 'canceled',
      destination: 'panel',
      origin: null,
    });
    expect(readEvent('model_install_download_progress', { id: 0 })).toEqual({ kind: 'install' });
    expect(readEvent('model_install_complete', null)).toEqual({ kind: 'models' });
    expect(readEvent('queue_cleared', { queue_id: 'default' })).toEqual({ kind: 'queue' });
    expect(readEvent('bulk_download_started', { bulk_download_id: 'x' })).toBeNull();
  });
});

it('whatever comes, nothing throws and every number is one', () => {
  const names = fc.oneof(fc.string(), fc.constantFrom('invocation_progress', 'queue_item_status_changed', 'model_install_error'));
  const fields = fc.dictionary(
    fc.constantFrom('item_id', 'percentage', 'image', 'status', 'session', 'created_at', 'queue', 'pending'),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(names, fc.oneof(fc.jsonValue(), fields), (name, document) => {
      readEvent(name, document);
      const { pending } = readQueueStatus({ queue: document });
      expect(pending === null || Number.isSafeInteger(pending)).toBe(true);
      const itemId = readQueueItem(document)?.itemId ?? 0;
      expect(Number.isSafeInteger(itemId) && itemId >= 0).toBe(true);
      for (const entry of listOf(document)) expect(typeof entry).toBe('object');
    }),
  );
  expect([Number.NaN, Number.POSITIVE_INFINITY, '7', 7.5].map(numberOf)).toEqual([null, null, null, 7.5]);
  expect([-1, 1.5, 2 ** 53, 0].map(countOf)).toEqual([null, null, null, 0]);
});
