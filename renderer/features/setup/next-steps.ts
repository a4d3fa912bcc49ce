import type { SetupRecipe } from '../../../shared/capabilities/setup/contract.ts';
import type { Link } from '../../../shared/diagnosis/types.ts';
import type { Tone } from '../../ui/tone.tsx';
import { describeHours, describeLinks, describeReportSaved, NEXT } from './next-steps-text.ts';
import { describeChanges } from './text.ts';

/** One of the guide's steps after the installation, as far as the panel knows. */
export interface NextStep {
  readonly id: string;
  readonly title: string;
  readonly tone: Tone;
  readonly word: string;
  /** The fact or the reason behind the state. */
  readonly detail: string;
  readonly action: NextAction | null;
}

export type NextAction =
  | { readonly kind: 'plan'; readonly recipe: string; readonly title: string }
  | { readonly kind: 'open'; readonly page: 'playground' | 'gpu' | 'overview'; readonly label: string };

export interface NextStepsInput {
  readonly recipes: readonly SetupRecipe[];
  readonly links: readonly Pick<Link, 'id' | 'label' | 'severity' | 'state'>[];
  /** Hours of the last two days of which GPU readings are stored; null = unknown. */
  readonly monitoredHours: number | null;
  /** When a report of a run was saved, in words; null = never. */
  readonly reportSavedAt: string | null;
}

type State = Pick<NextStep, 'tone' | 'word' | 'detail'>;

const ENOUGH_HOURS = 24;
const DONE = { tone: 'good', word: NEXT.done } as const;
const OPEN = { tone: 'off', word: NEXT.open } as const;
const UNKNOWN = { tone: 'unknown', word: NEXT.unknown } as const;

/** "Next steps 1–7" of the guide. What the panel cannot know is unknown, with the reason. */
export function nextSteps(o: NextStepsInput): readonly NextStep[] {
  const { recipes } = o;
  return [
    { id: 'invokeai', title: NEXT.invokeai, ...ofRecipe(recipes, 'invokeai', NEXT.noRecipe) },
    { id: 'health', title: NEXT.health, ...ofHealth(o.links), action: { kind: 'open', page: 'overview', label: NEXT.openOverview } },
    { id: 'gateway', title: NEXT.gateway, ...ofRecipe(recipes, 'gateway', NEXT.gatewayElsewhere) },
    {
      id: 'tests',
      title: NEXT.tests,
      ...UNKNOWN,
      detail: NEXT.noTestRun,
      action: { kind: 'open', page: 'playground', label: NEXT.openPlayground },
    },
    { id: 'nexa', title: NEXT.nexa, ...ofRecipe(recipes, 'retire-nexa', NEXT.nexaElsewhere) },
    { id: 'monitor', title: NEXT.monitor, ...ofHours(o.monitoredHours), action: { kind: 'open', page: 'gpu', label: NEXT.openGpu } },
    {
      id: 'document',
      title: NEXT.document,
      ...(o.reportSavedAt === null ? { ...OPEN, detail: NEXT.noReport } : { ...DONE, detail: describeReportSaved(o.reportSavedAt) }),
      action: null,
    },
  ];
}

function ofRecipe(recipes: readonly SetupRecipe[], id: string, missing: string): State & Pick<NextStep, 'action'> {
  const recipe = recipes.find((one) => one.id === id);
  if (recipe === undefined) return { ...UNKNOWN, detail: missing, action: null };
  const action = { kind: 'plan', recipe: id, title: recipe.title } as const;
  const { standing } = recipe;
  if (standing === null) return { ...UNKNOWN, detail: NEXT.notRead, action };
  switch (standing.state) {
    case 'up-to-date':
      return { ...DONE, detail: NEXT.isSetUp, action: null };
    case 'changes':
      return { ...OPEN, detail: `${describeChanges(standing.changes)}.`, action };
    case 'not-installed':
      return { ...OPEN, detail: NEXT.notInstalled, action };
    case 'elsewhere':
      return { tone: 'off', word: NEXT.elsewhere, detail: standing.reason ?? missing, action: null };
    case 'blocked':
      return { tone: 'bad', word: NEXT.problem, detail: standing.reason ?? NEXT.notInstalled, action };
    case 'unknown':
      return { ...UNKNOWN, detail: NEXT.needsSudo, action };
  }
}

function ofHealth(links: NextStepsInput['links']): State {
  const endpoints = links.filter(({ id }) => id === 'shim' || id === 'nginx');
  const detail = endpoints.length === 0 ? NEXT.healthNotRead : describeLinks(endpoints);
  if (endpoints.some(({ severity }) => severity === 'critical')) return { tone: 'bad', word: NEXT.problem, detail };
  if (endpoints.length > 0 && endpoints.every(({ severity }) => severity === 'ok')) return { ...DONE, detail };
  if (endpoints.some(({ severity }) => severity === 'warning')) return { tone: 'warning', word: NEXT.problem, detail };
  if (endpoints.some(({ severity }) => severity === 'off')) return { ...OPEN, detail };
  return { ...UNKNOWN, detail };
}

function ofHours(hours: number | null): State {
  if (hours === null) return { ...UNKNOWN, detail: NEXT.historyUnknown };
  if (hours === 0) return { ...OPEN, detail: NEXT.noReadings };
  return hours >= ENOUGH_HOURS
    ? { ...DONE, detail: describeHours(hours) }
    : { tone: 'info', word: NEXT.inProgress, detail: describeHours(hours) };
}
