import { useMemo } from 'react';
import { shortUnitName } from '../../../shared/unit-names.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { addErrorNotice } from '../../stores/notices.ts';
import { useServiceActions, useServicesState } from '../../stores/services.ts';
import { offerUndo } from '../../stores/undo.ts';
import { describePinned, describeUnpinned } from './text.ts';
import type { UnitActs } from './unit-entries.ts';
import { moved } from './verbs.ts';

/** What can be done with the listed units; `onOpen` shows the details of one. */
export function useUnitActs(onOpen: (unit: string) => void): UnitActs {
  const hostCalls = useHostBridge();
  const services = useServiceActions();
  const { units } = useServicesState();
  const order = units.map(({ name }) => name).join('\n');
  return useMemo(() => {
    const names = order.split('\n');
    return {
      onOpen,
      onVerb: (unit, verb) => void services.act(unit, verb),
      onStartAll: (all) => void services.actInTurn(all, 'start'),
      onMove: (unit, by) => {
        hostCalls.services.order({ units: [...moved(names, unit, by)] }).then(services.refresh, addErrorNotice);
      },
      onUnpin: (unit) => {
        const pin = (pinned: boolean) => hostCalls.services.pin({ unit, pinned });
        const restore = async () => {
          // The order first: pinning reads the services anew, in the order that is known by then.
          await hostCalls.services.order({ units: names });
          await pin(true);
          await services.refresh();
        };
        const name = shortUnitName(unit);
        pin(false)
          .then(() => offerUndo({ kind: 'service', message: describeUnpinned(name), undone: describePinned(name), undo: restore }))
          .then(services.refresh)
          .catch(addErrorNotice);
      },
    };
  }, [hostCalls, services, order, onOpen]);
}
