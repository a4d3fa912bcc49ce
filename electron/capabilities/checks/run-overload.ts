import type { OverloadPlan, OverloadRun } from '../../../shared/capabilities/gateway/contract.ts';
import type { Gateway } from '../gateway/gateway.ts';

/** Runs the gateway's overload test to its end, with the slots that are free now. Throws gateway-overload-running. */
export async function runOverload(
  gateway: Pick<Gateway, 'state' | 'refresh' | 'overload'>,
  plan: OverloadPlan,
  signal: AbortSignal,
): Promise<OverloadRun> {
  await gateway.refresh();
  const { runId } = gateway.overload.start(plan, gateway.state().reading?.admission ?? []);
  return await new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      stop();
      signal.removeEventListener('abort', onAbort);
      settle();
    };
    const stop = gateway.overload.onChange((run) => {
      if (run?.runId !== runId) end(() => reject(new Error('The overload test was discarded.')));
      else if (run.verdict !== null) end(() => resolve(run));
    });
    const onAbort = (): void => gateway.overload.cancel();
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
