import { formatCount } from '../../../../shared/format.ts';

/** Strings of the prompt's history, the presets and the wildcard lists. */
export const FORM_TEXT = {
  history: 'Prompt history',
  searchHistory: 'Search sent prompts',
  noHistory: 'No prompts sent yet',
  noMatch: 'No matching prompts',
  removePrompt: 'Remove from history',
  promptRemoved: 'Prompt removed from history',
  clearHistory: 'Clear history',
  historyCleared: 'Prompt history cleared',
  historyRestored: 'Prompt history restored',

  parametersApplied: 'Parameters applied to form',
  formRestored: 'Form restored',

  presets: 'Presets',
  savePreset: 'Save current as preset',
  presetName: 'Preset name',
  includePrompt: 'Include prompt and negative prompt',
  save: 'Save',
  noPresets: 'No presets saved yet',
  rename: 'Rename',
  remove: 'Delete',
  presetSaved: 'Preset saved',
  presetReplaced: 'Preset replaced',
  presetRenamed: 'Preset renamed',
  presetDeleted: 'Preset deleted',
  presetRestored: 'Preset restored',
  presetApplied: 'Preset applied',

  wildcards: 'Wildcards',
  wildcardsTip: 'Lists for __name__ in a prompt, and {a|b|c} alternatives',
  wildcardsIntro:
    'Write __name__ in a prompt to pick a line of a list, or {a|b|c} to pick one of them. The same seed picks the same words.',
  list: 'List',
  newList: 'New list',
  listName: 'Name',
  listNameHint: 'Letters, digits, - and _',
  lines: 'Lines, one choice each',
  insert: 'Insert in prompt',
  listSaved: 'List saved',
  listDeleted: 'List deleted',
  listRestored: 'List restored',
  badName: 'Use letters and digits, joined by - or _',
  takenName: 'Another list has this name',
  noLines: 'Enter at least one line',
  sends: 'Sends:',
  sendsFirst: 'First image:',
  sendsRandom: 'Example (the words change with the seed):',
} as const;

export const describePresetAct = (act: string, name: string): string => `${act} preset ${name}`;
export const describeLines = (count: number): string => (count === 1 ? '1 line' : `${formatCount(count)} lines`);
export const describeTooManyLines = (max: number): string => `${describeTooMany(max)} lines`;
export const describeLongLine = (max: number): string => `${describeTooMany(max)} characters a line`;
export const describeTooMany = (max: number): string => `At most ${formatCount(max)}`;
