import { Button } from '@mantine/core';
import type { FixAction } from '../../../shared/capabilities/troubleshooting/contract.ts';
import { useServiceActions } from '../../stores/services.ts';
import { useSetupPart } from '../../stores/setup.ts';
import { closeAnswer } from '../../stores/troubleshooting.ts';
import { setPage } from '../../stores/view.ts';
import { describeFix } from './text.ts';

/** Does the fix, or opens the page where it is done. */
export function FixButton({ action, isMain = false }: { readonly action: FixAction; readonly isMain?: boolean }) {
  const services = useServiceActions();
  const recipeTitle = useSetupPart(({ recipes }) =>
    action.kind === 'recipe' ? (recipes.find(({ id }) => id === action.recipe)?.title ?? null) : null,
  );
  const run = (): void => {
    closeAnswer();
    if (action.kind === 'recipe') setPage('setup', { intent: 'plan', subject: action.recipe });
    else if (action.kind === 'page') setPage(action.page, action.unit === null ? undefined : { unit: action.unit });
    else {
      // The row of the service shows what becomes of it.
      setPage('services');
      void services.act(action.unit, action.verb);
    }
  };
  return (
    <Button style={{ flex: 'none' }} variant={isMain ? 'filled' : 'default'} onClick={run}>
      {describeFix(action, recipeTitle)}
    </Button>
  );
}
