import type { RemoteWork, Way } from '../../../shared/capabilities/images/contract.ts';
import type { QueueItem } from '../backends/invokeai.ts';
import type { Follower } from './follow.ts';
import type { GenerationResult } from './generation-result.ts';
import type { OpenJobs } from './open-jobs.ts';
import { describeBatches, describeGatewayWork, describeShimWork, type GatewayEnd, gatewayEndOf } from './remote-work.ts';

/** Ends the work of a cancelled run at the far end where that is possible, and reports what the far end answered. Never rejects. */
export async function endRemoteWork(o: {
  readonly way: Way;
  /** Null while the host is offline. */
  readonly follower: Follower | null;
  /** Of a request to the gateway, which is kept open so that its end is seen. */
  readonly request: Promise<GenerationResult>;
  readonly openJobs: OpenJobs;
  readonly batchIds: readonly string[];
  readonly report: (work: RemoteWork) => void;
}): Promise<void> {
  const { way, follower, report } = o;
  if (way === 'backend') return o.openJobs.cancel(o.batchIds, (answer) => report(describeBatches(answer)));
  let jobs: readonly QueueItem[] = [];
  let end: GatewayEnd | null = null;
  const describe = (): void => report(way === 'gateway' ? describeGatewayWork(jobs, end) : describeShimWork(jobs));
  describe();
  const cancelled = follower?.cancel((known) => {
    jobs = known;
    describe();
  });
  if (way === 'gateway') {
    end = await o.request.then((): GatewayEnd => ({ kind: 'images' }), gatewayEndOf);
    describe();
  }
  await cancelled;
}
