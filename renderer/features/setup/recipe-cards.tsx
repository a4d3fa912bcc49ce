import { Button, Checkbox } from '@mantine/core';
import { IconAdjustments, IconChecklist, IconSquareCheck } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { SetupRecipe } from '../../../shared/capabilities/setup/contract.ts';
import { useSetupActions, useShownPlan } from '../../stores/setup.ts';
import { opensContextMenu } from '../../ui/context-menu.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import { describeActionsFor } from '../../ui/text.ts';
import { ParametersDialog } from './parameters-dialog.tsx';
import { describeParameters, describePlanOf, describeSelect, describeStanding, GROUPS, TEXT } from './text.ts';

const GROUP_ORDER = ['first-setup', 'option', 'maintenance'] as const;
const SKELETONS = [1, 2, 3] as const;

export interface RecipeCardsProps {
  readonly recipes: readonly SetupRecipe[];
  readonly isOnline: boolean;
  readonly isReading: boolean;
}

/** The recipes by group, each as a card with how the host stands to it. */
export function RecipeCards({ recipes, isOnline, isReading }: RecipeCardsProps) {
  const [editedId, setEdited] = useState<string | null>(null);
  const edited = recipes.find(({ id }) => id === editedId);
  const groups = GROUP_ORDER.map((group) => ({ group, members: recipes.filter((recipe) => recipe.group === group) })).filter(
    ({ members }) => members.length > 0,
  );
  return (
    <>
      {groups.map(({ group, members }) => (
        <RecipeGroup key={group} title={GROUPS[group]}>
          {members.map((recipe) => (
            <RecipeCard key={recipe.id} recipe={recipe} isOnline={isOnline} isReading={isReading} onEdit={() => setEdited(recipe.id)} />
          ))}
        </RecipeGroup>
      ))}
      {edited === undefined ? null : <ParametersDialog recipe={edited} onClose={() => setEdited(null)} />}
    </>
  );
}

/** Where the recipes will be, until the main process has listed them. */
export function RecipeSkeletons() {
  return (
    <div className="setup-cards" role="status" aria-label={TEXT.loadingRecipes}>
      {SKELETONS.map((id) => (
        <div key={id} className="ada-card setup-skeleton" />
      ))}
    </div>
  );
}

function RecipeGroup({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h2 className="setup-group-title" id={id}>
        {title}
      </h2>
      <ul className="setup-cards">{children}</ul>
    </section>
  );
}

interface RecipeCardProps {
  readonly recipe: SetupRecipe;
  readonly isOnline: boolean;
  readonly isReading: boolean;
  readonly onEdit: () => void;
}

function RecipeCard({ recipe, isOnline, isReading, onEdit }: RecipeCardProps) {
  const { id, title, summary, standing, parameters } = recipe;
  const { selected } = useShownPlan();
  const { plan, select } = useSetupActions();
  const word = describeStanding(recipe, isOnline && isReading);
  const isSelected = selected.includes(id);
  const reason = standing?.reason ?? null;
  return (
    <li
      className="ada-card setup-recipe"
      data-recipe={id}
      data-selected={isSelected || undefined}
      {...opensContextMenu(describeActionsFor(title), () => [
        {
          id: 'plan',
          label: TEXT.plan,
          icon: IconChecklist,
          unavailable: isOnline ? null : TEXT.notConnected,
          run: () => void plan([id], false),
        },
        {
          id: 'parameters',
          label: TEXT.parameters,
          icon: IconAdjustments,
          unavailable: parameters.length === 0 ? TEXT.noParameters : null,
          run: onEdit,
        },
        {
          id: 'select',
          label: isSelected ? TEXT.unselect : TEXT.selectRecipe,
          icon: IconSquareCheck,
          run: () => select(id, !isSelected),
        },
      ])}
    >
      <div className="setup-recipe-head">
        <Checkbox
          size="md"
          checked={isSelected}
          aria-label={describeSelect(title)}
          onChange={(event) => select(id, event.currentTarget.checked)}
        />
        <h3 className="ada-card-title">{title}</h3>
        <span data-stale={!isOnline || undefined}>
          <StatusWord {...word} />
        </span>
      </div>
      <div className="setup-recipe-summary">
        <p>{summary}</p>
        {reason === null ? null : <p className={word.tone === 'off' ? 'ada-quiet' : undefined}>{reason}</p>}
      </div>
      <div className="setup-recipe-foot">
        {parameters.length === 0 ? null : (
          <Button
            variant="subtle"
            color="gray"
            leftSection={<IconAdjustments size={14} aria-hidden />}
            aria-label={describeParameters(title)}
            onClick={onEdit}
          >
            {TEXT.parameters}
          </Button>
        )}
        <Button disabled={!isOnline} aria-label={describePlanOf(title)} data-plan onClick={() => void plan([id], false)}>
          {TEXT.plan}
        </Button>
      </div>
    </li>
  );
}
