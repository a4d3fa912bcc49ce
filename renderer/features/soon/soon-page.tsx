import type { TablerIcon } from '@tabler/icons-react';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';

export type SoonPageId = 'setup' | 'checks';

const WHAT_COMES: Readonly<Record<SoonPageId, string>> = {
  setup: 'The set-up guide will be a plan here: what would change, step by step, each one verified.',
  checks: 'The operations checklist will run from here, each check with its evidence and its remedy.',
};

/** A place of the navigation that this version does not have, said plainly. */
export function SoonPage({ id, title, icon }: { readonly id: SoonPageId; readonly title: string; readonly icon: TablerIcon }) {
  return (
    <Page title={title} state="Not in this version">
      <EmptyState icon={icon} title={`${title} is not in this version`}>
        {WHAT_COMES[id]}
      </EmptyState>
    </Page>
  );
}
