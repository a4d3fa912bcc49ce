import { IconGauge, IconKey, IconRefresh, IconStethoscope } from '@tabler/icons-react';
import { useMemo } from 'react';
import { type Command, inGroup } from '../../commands/commands.ts';
import { useGatewayChange, useGatewayState, useOverloadRun } from '../../stores/gateway.ts';
import { useNoHostReason } from '../../stores/hosts.ts';
import { setPage } from '../../stores/view.ts';
import { imagesRow } from './admission-rows.ts';

/** Commands of the Gateway page. */
export function useGatewayCommands(): readonly Command[] {
  const noHost = useNoHostReason();
  const state = useGatewayState();
  const run = useOverloadRun();
  const onGateway = useGatewayChange();
  const isSetUp = state.profile !== null;
  const isLive = state.phase.kind === 'live';
  const hasImages = imagesRow(state) !== undefined;
  const isTesting = run !== null && run.verdict === null;
  return useMemo(() => {
    const off = noHost ?? (isSetUp ? null : 'Not set up');
    return inGroup('Gateway', [
      {
        id: 'gateway-edit',
        title: isSetUp ? 'Gateway address and token…' : 'Set up the gateway…',
        words: 'configure edit change credentials certificate tls authority key secret api url access',
        icon: IconKey,
        unavailable: noHost,
        run: () => setPage('gateway', { intent: 'edit' }),
      },
      {
        id: 'gateway-refresh',
        title: 'Refresh gateway',
        words: 'retry reload slots backends status read again update',
        icon: IconRefresh,
        unavailable: off,
        run: () => {
          setPage('gateway');
          onGateway.attempt((host) => host.gateway.refresh());
        },
      },
      {
        id: 'gateway-overload',
        title: 'Overload test…',
        words: '429 admission load stress limit capacity benchmark requests',
        icon: IconGauge,
        unavailable:
          off ?? (!isLive ? 'Gateway not responding' : !hasImages ? 'Image slots not reported' : isTesting ? 'Already running' : null),
        run: () => setPage('gateway', { intent: 'test' }),
      },
      {
        id: 'gateway-backends',
        title: 'Gateway backends and slots',
        words: 'health ready admission free busy capacity 503 nginx',
        icon: IconStethoscope,
        unavailable: off,
        run: () => setPage('gateway'),
      },
    ]);
  }, [noHost, isSetUp, isLive, hasImages, isTesting, onGateway]);
}
