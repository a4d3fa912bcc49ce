import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../../shared/capabilities/history/contract.ts';
import { createChangeRecorder } from './change-recorder.ts';

describe('changes of state', () => {
  it('are events from the second state on, and so is another run in the same state', () => {
    const events: HistoryEvent[] = [];
    let clock = 0;
    const report = createChangeRecorder({ hostId: 'ada2', history: { recordEvent: (_, event) => events.push(event) }, now: () => clock });
    const unit = (state: string, id: string | null, detail: string | null = null): void => {
      clock += 1;
      report('unit', 'a.service', state, detail, { id, begun: 'restarted' });
    };
    unit('running', 'one');
    unit('running', 'one');
    unit('running', 'two');
    unit('running', null);
    unit('running', 'two');
    unit('stopped', 'two', 'exited');
    unit('stopped', null);
    unit('running', 'three');
    expect(events.map(({ at, state, detail }) => [at, state, detail])).toEqual([
      [3, 'running', 'restarted'],
      [6, 'stopped', 'exited'],
      [8, 'running', null],
    ]);
  });
});
