import { join } from 'node:path';
import { panelCapability } from '../capability.ts';
import { openPromptLibrary, type PromptLibrary } from './library.ts';

export const libraryCapability = panelCapability<'library', PromptLibrary>({
  name: 'library',
  create: ({ dataFolder, saves, log, now }) => openPromptLibrary({ file: join(dataFolder, 'prompt-library.json'), saves, log, now }),
  handlers: {
    'library.get': (library) => library.get(),
    'library.update': (library, part) => library.update(part),
  },
  events: (library, emit) => [library.onChange((state) => emit('library.changed', state))],
});
