import type { RemoteWork } from '../../../../shared/capabilities/images/contract.ts';
import type { QueueItem } from '../../backends/invokeai.ts';
import type { GenerationResult } from '../generation-result.ts';
import type { Follower } from './invokeai-follower.ts';
import { describeGatewayWork, describeShimWork, type GatewayEnd, gatewayEndOf } from './remote-work.ts';

interface CancelledRun {
  /** Null while the host is offline. */
  readonly follower: Follower | null;
  readonly report: (work: RemoteWork) => void;
}

/** Cancels the jobs behind a request to the gateway in InvokeAI, and reports both ends. `request` stays open so that its end is seen. Never rejects. */
export async function endGatewayWork(o: CancelledRun & { readonly request: Promise<GenerationResult> }): Promise<void> {
  let jobs: readonly QueueItem[] = [];
  let end: GatewayEnd | null = null;
  const describe = (): void => o.report(describeGatewayWork(jobs, end));
  describe();
  const cancelled = o.follower?.cancel((known) => {
    jobs = known;
    describe();
  });
  end = await o.request.then((): GatewayEnd => ({ kind: 'images' }), gatewayEndOf);
  describe();
  await cancelled;
}

/** Cancels the jobs behind a closed request to the images shim in InvokeAI, and reports them. Never rejects. */
export async function endShimWork({ follower, report }: CancelledRun): Promise<void> {
  report(describeShimWork([]));
  await follower?.cancel((jobs) => report(describeShimWork(jobs)));
}
