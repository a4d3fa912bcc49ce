import type { HubKind } from '../../../shared/capabilities/models/hub-contract.ts';
import { createPageState } from '../../stores/page-state.ts';

/** The part of InvokeAI's models that is shown. */
export type ModelsView = 'installed' | 'add';

export const useModelsView = createPageState<ModelsView>('installed');
/** The text of the field under which models are added, and the kind that is searched for. */
export const useAddSearch = createPageState('');
export const useHubKind = createPageState<HubKind>('image');
/** The filter of the installed models; null = every type. */
export const useInstalledSearch = createPageState('');
export const useInstalledType = createPageState<string | null>(null);
