import { useCallback } from 'react';
import { useServicesState } from '../../stores/services.ts';
import { useSetupChange } from '../../stores/setup.ts';
import { setPage } from '../../stores/view.ts';

const RECIPE = 'least-privilege';

/** Opens the plan of the sudo rule for the listed services; a failure appears in the status line. */
export function useReviewSudoRule(): () => void {
  const { units } = useServicesState();
  const change = useSetupChange();
  const names = units
    .filter(({ loadState }) => loadState !== 'not-found')
    .map(({ name }) => name)
    .join(' ');
  return useCallback(
    () =>
      change.attempt(async (host) => {
        const state = await (names === '' ? host.setup.state() : host.setup.saveValues({ recipe: RECIPE, values: { units: names } }));
        setPage('setup', { intent: 'plan', subject: RECIPE });
        return state;
      }),
    [change, names],
  );
}
