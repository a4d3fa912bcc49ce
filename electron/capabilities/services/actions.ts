import { randomUUID } from 'node:crypto';
import type { ActionProgress, Verb } from '../../../shared/capabilities/services/contract.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { actionAbandonedError, actionSupersededError, unitBusyError } from './action-errors.ts';
import { runAction } from './action-run.ts';

export interface Actions {
  /** Starts a verb; throws service-busy while another verb runs on the unit. A stop replaces a start. */
  act(unit: string, verb: Verb): { readonly actionId: string };
  stop(): void;
}

/** The actions of one host, at most one per unit. `onEnd` is called after each, done or failed. */
export function createActions(o: {
  readonly transport: Transport;
  readonly now: () => number;
  readonly emit: (progress: ActionProgress) => void;
  readonly onEnd: () => void;
  readonly limitMs?: number;
}): Actions {
  const running = new Map<string, { readonly actionId: string; readonly verb: Verb; readonly control: AbortController }>();
  return {
    act: (unit, verb) => {
      const current = running.get(unit);
      if (current !== undefined) {
        if (verb !== 'stop' || (current.verb !== 'start' && current.verb !== 'restart')) throw unitBusyError(unit, current.verb);
        current.control.abort(actionSupersededError(unit, current.verb));
      }
      const actionId = randomUUID();
      const control = new AbortController();
      running.set(unit, { actionId, verb, control });
      const { transport, now } = o;
      const isMine = (): boolean => running.get(unit)?.actionId === actionId;
      // A listener may start the next action at once, so the entry is removed before the event.
      const emit = (progress: ActionProgress): void => {
        if ((progress.kind === 'done' || progress.kind === 'failed') && isMine()) running.delete(unit);
        o.emit(progress);
      };
      void runAction({
        transport,
        unit,
        verb,
        actionId,
        emit,
        now,
        signal: control.signal,
        ...(o.limitMs === undefined ? {} : { limitMs: o.limitMs }),
      }).finally(() => {
        if (isMine()) running.delete(unit);
        o.onEnd();
      });
      return { actionId };
    },
    stop: () => {
      for (const action of running.values()) action.control.abort(actionAbandonedError());
    },
  };
}
