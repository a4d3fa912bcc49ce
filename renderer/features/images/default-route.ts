import type { RouteId, RouteState } from '../../../shared/capabilities/images/contract.ts';

/**
 * The route of a host on which none was selected. A gateway that is set up comes first, ready or not: bypassing its admission control
 * is the operator's choice. Without a gateway, the route that was ready first stays selected; `before` is the result of the last call.
 */
export function defaultRoute(routes: readonly RouteState[], before: RouteId | null): RouteId {
  const gateway = routes.find(({ route }) => route === 'gateway');
  if (gateway === undefined || gateway.isSetUp) return 'gateway';
  if (before !== null && before !== 'gateway') return before;
  return routes.find(({ route, isReady }) => route !== 'gateway' && isReady)?.route ?? 'shim';
}
