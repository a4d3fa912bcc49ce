import { describe, expect, it } from 'vitest';
import { severityOfEvent } from './event-severity.ts';

describe('severityOfEvent', () => {
  it.each([
    ['unit', 'failed', 'critical'],
    ['unit', 'restarting (3)', 'warning'],
    ['unit', 'running', 'ok'],
    ['unit', 'stopped', 'info'],
    ['xid', 'Xid 79', 'warning'],
    ['connection', 'lost', 'warning'],
    ['backend', 'unreachable', 'warning'],
    ['incident', 'host-out-of-memory', 'critical'],
    ['image', 'made', 'ok'],
    ['image', 'cancelled', 'info'],
    ['unit', 'a word that no version of systemd knows', 'info'],
  ] as const)('%s %s is %s', (kind, state, severity) => {
    expect(severityOfEvent({ kind, state })).toBe(severity);
  });
});
