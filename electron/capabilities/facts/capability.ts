import { hostCapability } from '../capability.ts';
import { createFacts, type Facts } from './facts.ts';

export const factsCapability = hostCapability<'facts', Facts>({
  name: 'facts',
  create: ({ hostId, connection, lastKnown, log, now }) => createFacts({ hostId, transport: connection, lastKnown, log, now }),
  handlers: { 'facts.state': (facts) => facts.current() },
  events: (facts, emit) => [facts.onChange((state) => emit('facts.changed', state))],
  initial: (facts, emit) => emit('facts.changed', facts.current()),
  stop: (facts) => facts.stop(),
});
