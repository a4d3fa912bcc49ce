import { describe, expect, it } from 'vitest';
import { silentLogger } from '../foundation/log/log.ts';
import { createEarlyLog } from './early-log.ts';

describe('early log', () => {
  it('hands over what was said before the log was open, once and in order, and what follows', () => {
    const message: string[] = [];
    const early = createEarlyLog();
    early.warn('first', { n: 1 });
    early.error('second');
    early.attach({
      ...silentLogger,
      warn: (event, facts) => message.push(`warn ${event} ${JSON.stringify(facts)}`),
      error: (event) => message.push(`error ${event}`),
      info: (event) => message.push(`info ${event}`),
    });
    early.info('third');
    expect(message).toEqual(['warn first {"n":1}', 'error second', 'info third']);
  });
});
