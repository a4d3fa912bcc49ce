import { EMPTY_LIBRARY, LIBRARY_LIMITS, Library } from '../../../shared/capabilities/library/contract.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import type { WildcardLists } from '../../../shared/image-graphs/prompt-template.ts';
import { openJsonFile } from '../../foundation/files/json-file.ts';
import { readLeniently, type Understood } from '../../foundation/files/lenient.ts';
import type { SaveMonitor } from '../../foundation/files/save-monitor.ts';
import type { Logger } from '../../foundation/log/log.ts';

/** The operator's presets, wildcard lists and sent prompts, in a file of the data folder. Never throws. */
export interface PromptLibrary {
  get(): Library;
  /** The given parts replace the saved ones. */
  update(part: { readonly [Part in keyof Library]?: Library[Part] | undefined }): Library;
  /** Puts a prompt in front of those that were sent. */
  notePrompt(prompt: string): void;
  wildcards(): WildcardLists;
  onChange(listener: (library: Library) => void): () => void;
}

function understand(raw: unknown): Understood<Library> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw new Error('not an object');
  return readLeniently(Library, raw, EMPTY_LIBRARY);
}

export function openPromptLibrary(o: {
  readonly file: string;
  readonly saves: SaveMonitor;
  readonly log: Logger;
  readonly now: () => number;
}): PromptLibrary {
  const document = openJsonFile<Library>({ file: o.file, saves: o.saves, log: o.log, understand, fallback: EMPTY_LIBRARY });
  const changes = createEmitter<Library>();
  const write = (next: Library): Library => {
    document.write(next);
    changes.emit(next);
    return next;
  };
  return {
    get: document.read,
    update: (part) => write({ ...document.read(), ...Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined)) }),
    notePrompt: (prompt) => {
      const { prompts } = document.read();
      if (prompt.trim() === '') return;
      const others = prompts.filter((known) => known.prompt !== prompt);
      write({ ...document.read(), prompts: [{ prompt, sentAt: o.now() }, ...others].slice(0, LIBRARY_LIMITS.maxPrompts) });
    },
    wildcards: () => Object.fromEntries(document.read().wildcards.map(({ name, lines }) => [name, lines])),
    onChange: changes.on,
  };
}
