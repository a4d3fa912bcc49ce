import { ActionIcon, Button } from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop, IconRefresh, type TablerIcon } from '@tabler/icons-react';
import { describeAction } from '../../../shared/diagnosis/text.ts';
import type { Action } from '../../../shared/diagnosis/types.ts';
import { assertNever } from '../../../shared/errors.ts';
import { bridge, bridgeOf } from '../../bridge.ts';
import { useHostId } from '../../stores/host-context.tsx';
import { showHost } from '../../stores/hosts.ts';
import { attempt } from '../../stores/notices.ts';
import { useServiceActions } from '../../stores/services.ts';
import { setPage } from '../../stores/view.ts';
import { LateTooltip } from '../../ui/late-tooltip.tsx';

/** Runs an action of the diagnosis on the host of the component. */
function useRunAction(): (action: Action) => void {
  const hostId = useHostId();
  const services = useServiceActions();
  return (action) => {
    if (hostId === null) return;
    switch (action.kind) {
      case 'reconnect':
        return attempt(() => bridge.hosts.retryNow({ hostId }));
      case 'connect':
        return showHost(action.hostId);
      case 'retry-gpu':
        return attempt(() => bridgeOf(hostId).gpu.retry());
      case 'refresh-gateway':
        return attempt(() => bridgeOf(hostId).gateway.refresh());
      case 'service':
        return void services.actInTurn([action.unit, ...action.also], action.verb);
      case 'open':
        return setPage(action.page, ...(action.unit === null ? [] : [{ unit: action.unit }]));
      default:
        return assertNever(action);
    }
  };
}

/** A button for an action of the diagnosis. */
export function ActionButton({ action, isMain = false }: { readonly action: Action; readonly isMain?: boolean }) {
  const run = useRunAction();
  return (
    <Button style={{ flex: 'none' }} variant={isMain ? 'filled' : 'default'} onClick={() => run(action)}>
      {describeAction(action)}
    </Button>
  );
}

type ServiceAction = Extract<Action, { kind: 'service' }>;

const ICONS: Readonly<Record<ServiceAction['verb'], TablerIcon>> = {
  start: IconPlayerPlay,
  stop: IconPlayerStop,
  restart: IconRefresh,
};

/** Start, stop or restart as an icon, for the narrow space below a link of the chain. */
export function ServiceIconButton({ action }: { readonly action: ServiceAction }) {
  const run = useRunAction();
  const Icon = ICONS[action.verb];
  const label = describeAction(action);
  return (
    <LateTooltip label={label}>
      <ActionIcon variant="default" size="md" aria-label={label} onClick={() => run(action)}>
        <Icon size={15} aria-hidden />
      </ActionIcon>
    </LateTooltip>
  );
}
