import { describe, expect, it } from 'vitest';
import { entryOf } from '../../features/journal/test-entries.ts';
import { fieldValue, filterTest, type LogFilter, templateOf, withFilter, withoutFilter } from './filters.ts';

const to = (field: LogFilter['field'], value: string): LogFilter => ({ field, value, isOut: false });
const out = (field: LogFilter['field'], value: string): LogFilter => ({ field, value, isOut: true });
const line = (text: string, over = {}) => entryOf(1, { text, ...over });
const INSTALL = line('[2026-08-19 03:13:04,123]::[ModelInstallService]::INFO --> Model install started: 3 of 12');

describe('filterTest', () => {
  it('passes lines with one of the values of each field and none of those filtered out', () => {
    const test = filterTest([to('unit', 'a.service'), to('unit', 'b.service'), to('level', 'error'), out('pid', '7')]);
    expect(test?.(entryOf(1, { unit: 'a.service', severity: 'error' }))).toBe(true);
    expect(test?.(entryOf(1, { unit: 'b.service', severity: 'error' }))).toBe(true);
    expect(test?.(entryOf(1, { unit: 'c.service', severity: 'error' }))).toBe(false);
    expect(test?.(entryOf(1, { unit: 'a.service', severity: 'info' }))).toBe(false);
    expect(test?.(entryOf(1, { unit: 'a.service', severity: 'error', pid: 7 }))).toBe(false);
  });

  it('compares loggers and texts', () => {
    expect(filterTest([to('logger', 'ModelInstallService')])?.(INSTALL)).toBe(true);
    expect(filterTest([to('logger', 'InvokeAI')])?.(INSTALL)).toBe(false);
    expect(filterTest([out('text', 'INSTALL STARTED')])?.(INSTALL)).toBe(false);
    expect(filterTest([to('text', 'install'), to('text', 'queue')])?.(INSTALL)).toBe(false);
  });

  it('finds repetitions of a message whatever its numbers and prefix', () => {
    const again = line('[2026-08-19 04:00:00,001]::[ModelInstallService]::INFO --> Model install started: 11 of 12');
    expect(templateOf(INSTALL.text)).toBe('Model install started: # of #');
    expect(filterTest([out('like', templateOf(INSTALL.text))])?.(again)).toBe(false);
  });

  it('is nothing without filters', () => expect(filterTest([])).toBeNull());
});

describe('the list of filters', () => {
  it('replaces the opposite of a value and removes single ones', () => {
    const filters = withFilter(withFilter([], to('pid', '7')), out('pid', '7'));
    expect(filters).toEqual([out('pid', '7')]);
    expect(withoutFilter(filters, to('pid', '7'))).toEqual(filters);
    expect(withoutFilter(filters, out('pid', '7'))).toEqual([]);
  });

  it('has no value for what a line lacks', () => {
    expect(fieldValue(entryOf(1, { pid: null }), 'pid')).toBeNull();
    expect(fieldValue(line('plain'), 'logger')).toBeNull();
  });
});
