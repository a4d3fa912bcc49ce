import { z } from 'zod';
import { hostCall, hostEvent } from '../../contract/define.ts';
import { ImageParameters, RouteId, RouteState } from './request.ts';
import { ImageRun } from './run.ts';

export * from './request.ts';
export * from './run.ts';

export const imageCalls = [
  hostCall('images.routes', z.void(), z.array(RouteState)),
  hostCall('images.run', z.void(), ImageRun.nullable()),
  hostCall('images.start', z.object({ route: RouteId, parameters: ImageParameters }), ImageRun),
  hostCall('images.cancel', z.object({ runId: z.string().max(100) }), z.void()),
] as const;

export const imageEvents = [hostEvent('images.runChanged', ImageRun)] as const;
