import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Diagnosis, Link, Problem } from '../../../shared/diagnosis/types.ts';
import { watchProblems } from './problem-watch.ts';

const problem = (id: string, code: 'service-failed' | 'not-responding' | 'gpu-xid', over: Partial<Problem> = {}): Problem => ({
  id,
  occurrence: '1',
  link: 'generator',
  severity: 'critical',
  isPast: false,
  since: null,
  error: { code, layer: 'backend', message: `${id}: ${code}`, hint: '', retryable: true },
  consequences: [],
  evidence: [],
  actions: [],
  canDismiss: true,
  ...over,
});
const generator: Link = {
  id: 'generator',
  label: 'InvokeAI',
  severity: 'ok',
  state: 'Running',
  fact: '',
  since: null,
  evidence: [],
  unit: null,
  actions: [],
  error: null,
  occurrence: '',
  causedBy: null,
};

function watched() {
  let now: Partial<Diagnosis> = {};
  let isOnline = true;
  let changed = (): void => {};
  const news: string[] = [];
  const watch = watchProblems({
    diagnose: () => ({ links: [generator], broken: null, problems: [], dismissed: [], summary: { severity: 'ok', text: '' }, ...now }),
    isOnline: () => isOnline,
    subscribe: (listener) => {
      changed = listener;
      return [];
    },
  });
  watch.onBegin(({ id, error }) => news.push(`begins ${id} ${error.code}`));
  watch.onEnd(({ problem: { id }, link }) => news.push(`ends ${id}, ${link?.state ?? 'no link'}`));
  return {
    news,
    become: (next: Partial<Diagnosis>, online = true) => {
      now = next;
      isOnline = online;
      changed();
      vi.runAllTimers();
    },
    flicker: (first: Partial<Diagnosis>, second: Partial<Diagnosis>) => {
      now = first;
      changed();
      now = second;
      changed();
      vi.runAllTimers();
    },
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the problems of a host', () => {
  it('are news when they begin and when they end, and not in between', () => {
    const { news, become } = watched();
    become({ problems: [problem('generator', 'not-responding')] });
    become({ problems: [problem('generator', 'not-responding', { occurrence: '2' })] });
    become({});
    expect(news).toEqual(['begins generator not-responding', 'ends generator, Running']);
  });

  it('that turn into another one at the same place end once', () => {
    const { news, become } = watched();
    become({ problems: [problem('generator', 'not-responding')] });
    become({ problems: [problem('generator', 'service-failed')] });
    become({});
    expect(news).toEqual(['begins generator not-responding', 'begins generator service-failed', 'ends generator, Running']);
  });

  it('that come and go within one event are none', () => {
    const { news, flicker } = watched();
    flicker({ problems: [problem('generator', 'not-responding')] }, {});
    expect(news).toEqual([]);
  });

  it('do not end because the connection did, nor because they were dismissed', () => {
    const { news, become } = watched();
    const shown = problem('generator', 'not-responding');
    become({ problems: [shown] });
    become({}, false);
    become({ problems: [shown] });
    become({ dismissed: [shown] });
    expect(news).toEqual(['begins generator not-responding']);
  });

  it('that are past or mere information are no news', () => {
    const { news, become } = watched();
    become({ problems: [problem('xid', 'gpu-xid', { isPast: true }), problem('restarts', 'gpu-xid', { severity: 'info' })] });
    expect(news).toEqual([]);
  });
});
