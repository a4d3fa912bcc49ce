import type { SetupFinding } from '../../../../shared/capabilities/setup/contract.ts';
import { unitValues } from '../files/unit-file.ts';
import type { AdoptFacts } from './facts.ts';
import type { ServiceFacts } from './service-facts.ts';
import { FIX_TEXT } from './text.ts';

/** What a diagnosis found. */
export interface Diagnosed {
  /** bad: it does not work, or is unsafe now; warning: it will not work, or does less than it seems; info: better otherwise. */
  readonly severity: SetupFinding['severity'];
  /** Lines and figures of the host that show it. */
  readonly evidence: readonly string[];
  readonly remedy: string;
  /** The recipe after which it is gone; null = by hand. */
  readonly recipe: string | null;
}

/** One fault that a host set up by hand can have. */
export interface Diagnosis {
  readonly id: string;
  readonly title: string;
  /** Null = the host does not have it, or not enough of the host was read. Never throws. */
  diagnose(facts: AdoptFacts): Diagnosed | null;
}

type Fix = Pick<Diagnosed, 'remedy' | 'recipe'>;
type UnitRecipe = keyof typeof FIX_TEXT.apply;

export const byRecipe = (recipe: UnitRecipe): Fix => ({ recipe, remedy: FIX_TEXT.apply[recipe] });
export const byHand = (remedy: string): Fix => ({ recipe: null, remedy });

/** A recipe writes the unit anew; a drop-in that sets one of these keys of `[Service]` would stay. */
export function byUnit(service: ServiceFacts, recipe: UnitRecipe, ...keys: readonly string[]): Fix {
  const dropIn = service.dropIns.find(({ unit }) => keys.some((key) => unitValues(unit, 'Service', key).length > 0));
  return dropIn === undefined ? byRecipe(recipe) : byHand(FIX_TEXT.dropIn(dropIn.path, keys.join(', ')));
}

/** `Key=value` of the unit as evidence. */
export const setting = (service: ServiceFacts, key: string): string =>
  `${service.name}: ${key}=${unitValues(service.unit, 'Service', key).at(-1) ?? ''}`;
