import { useQuery } from '@tanstack/react-query';
import type { RouteState } from '../../../shared/capabilities/images/contract.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { useConnectionState, useHostProfile } from '../../stores/hosts.ts';

const RECHECK_INTERVAL_MS = 8_000;
const NO_ROUTES: readonly RouteState[] = [];

/** The routes of the host, read again every 8 s; empty until they were read. */
export function useRoutes(): readonly RouteState[] {
  const hostCalls = useHostBridge();
  const hostId = useHostProfile()?.id;
  const connection = useConnectionState().kind;
  const { data } = useQuery({
    queryKey: ['images.routes', hostId, connection],
    queryFn: () => hostCalls.images.routes(),
    refetchInterval: RECHECK_INTERVAL_MS,
  });
  return data ?? NO_ROUTES;
}
