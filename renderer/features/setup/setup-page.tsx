import './setup.css';
import { Button, Group } from '@mantine/core';
import { IconChecklist, IconPlugConnectedX, IconRefresh } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useConnectionState, useHostProfile } from '../../stores/hosts.ts';
import { useSetupActions, useSetupState, useShownPlan } from '../../stores/setup.ts';
import { usePageIntent } from '../../stores/view.ts';
import { Age } from '../../ui/age.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { NextStepsCard } from './next-steps-card.tsx';
import { PlanView } from './plan-view.tsx';
import { RecipeCards, RecipeSkeletons } from './recipe-cards.tsx';
import { RunCard } from './run-card.tsx';
import { isRunActive } from './run-state.ts';
import { describeNotConnected, describePlanSelected, describeRecipes, TEXT } from './text.ts';

/** The button that opened the plan was drawn anew; a run is shown from its beginning. */
function focusAfterPlan(closed: readonly string[], primary: HTMLElement | null): void {
  const [only, ...others] = closed;
  const planButton =
    only === undefined || others.length > 0 ? null : document.querySelector<HTMLElement>(`[data-recipe="${CSS.escape(only)}"] [data-plan]`);
  const target = planButton ?? primary ?? document.getElementById('main');
  target?.focus();
  if (target?.id === 'main') target.scrollTo({ top: 0 });
}

/** Recipes of the host, the plan of those that were chosen, and the run that applies it. */
export function SetupPage() {
  const { recipes, run, error } = useSetupState();
  const { recipes: planned, selected, isRefreshing } = useShownPlan();
  const { refresh, plan, select } = useSetupActions();
  const hostLabel = useHostProfile()?.label ?? 'the host';
  const isOnline = useConnectionState().kind === 'online';
  const isPlanOpen = planned.length > 0;
  const isUnread = recipes.some(({ standing }) => standing === null);
  const firstSetup = recipes.filter(({ group }) => group === 'first-setup').map(({ id }) => id);
  const chosen = recipes.map(({ id }) => id).filter((id) => selected.includes(id));
  const takenAts = recipes.flatMap(({ standing }) => (standing === null ? [] : [standing.takenAt]));

  useEffect(() => {
    if (isOnline && isUnread) void refresh();
  }, [isOnline, isUnread, refresh]);
  usePageIntent(isOnline ? { plan: (id) => void plan(id === undefined ? firstSetup : [id], false) } : {});

  const primary = useRef<HTMLButtonElement>(null);
  const isAtWork = isRunActive(run);
  const opened = useRef(planned);
  useEffect(() => {
    const closed = isPlanOpen ? [] : opened.current;
    opened.current = planned;
    if (closed.length > 0) focusAfterPlan(isAtWork ? [] : closed, isAtWork ? null : primary.current);
  }, [isPlanOpen, planned, isAtWork]);

  if (isPlanOpen) return <PlanView />;

  const word = describeRecipes(recipes, isOnline && (isRefreshing || recipes.length === 0));
  return (
    <Page
      title={TEXT.title}
      state={
        <Group gap="sm">
          {isOnline ? (
            <StatusWord {...word} />
          ) : (
            <StatusWord tone="stale" word={recipes.length === 0 ? TEXT.notConnected : TEXT.lastKnown} />
          )}
          {takenAts.length === 0 ? null : (
            <span className="setup-quiet">
              {TEXT.updated} <Age at={Math.min(...takenAts)} />
            </span>
          )}
        </Group>
      }
      action={
        <>
          <Button
            size="sm"
            leftSection={<IconRefresh size={15} aria-hidden />}
            loading={isRefreshing}
            disabled={!isOnline}
            onClick={() => void refresh()}
          >
            {TEXT.refresh}
          </Button>
          {chosen.length > 0 ? (
            <>
              <Button size="sm" variant="subtle" color="gray" onClick={() => chosen.map((id) => select(id, false))}>
                {TEXT.clearSelection}
              </Button>
              <Button
                ref={primary}
                size="sm"
                variant="filled"
                leftSection={<IconChecklist size={15} aria-hidden />}
                disabled={!isOnline}
                onClick={() => void plan(chosen, false)}
              >
                {describePlanSelected(chosen.length)}
              </Button>
            </>
          ) : (
            <Button
              ref={primary}
              size="sm"
              variant="filled"
              leftSection={<IconChecklist size={15} aria-hidden />}
              title={TEXT.setUpHostHint}
              disabled={!isOnline || firstSetup.length === 0}
              onClick={() => void plan(firstSetup, false)}
            >
              {TEXT.setUpHost}
            </Button>
          )}
        </>
      }
    >
      {error === null || !isOnline ? null : (
        <ErrorNotice
          error={error}
          action={
            <Button onClick={() => void refresh()} loading={isRefreshing}>
              {TEXT.retry}
            </Button>
          }
        />
      )}
      {run === null ? null : <RunCard run={run} isOnline={isOnline} />}
      {recipes.length > 0 ? (
        <RecipeCards recipes={recipes} isOnline={isOnline} isReading={isRefreshing} />
      ) : isOnline ? (
        <RecipeSkeletons />
      ) : (
        <Card>
          <EmptyState icon={IconPlugConnectedX} title={TEXT.notConnected}>
            {describeNotConnected(hostLabel)}
          </EmptyState>
        </Card>
      )}
      <NextStepsCard />
    </Page>
  );
}
