import type { InstalledModel } from '../../../shared/capabilities/models/contract.ts';
import { isImageBase } from '../../../shared/image-graphs/rules.ts';
import { TEXT } from './text.ts';

/** Why a model cannot be chosen in the Playground; null = it can. */
export function whyNotInPlayground({ type, base, isMissing, isRecognised }: InstalledModel): string | null {
  if (isMissing) return TEXT.filesMissing;
  if (!isRecognised) return TEXT.notRecognised;
  if (type !== 'main') return TEXT.notMain;
  return isImageBase(base) ? null : TEXT.baseNotOffered;
}
