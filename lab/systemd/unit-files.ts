import { describeFault, FileError, type Files } from '../base/files.ts';
import { COMFYUI, INVOKEAI, NGINX, SERVICE_DEFINITIONS, SHIM, type UnitDefinition } from './unit-definitions.ts';
import { definitionOf, renderUnitFile, splitQuoted } from './unit-file.ts';

/** Where unit files are; the first one wins (systemd.unit(5)). */
const FOLDERS = ['/etc/systemd/system', '/run/systemd/system', '/usr/lib/systemd/system'] as const;
const LINKS_FOLDER = FOLDERS[0];

/** A unit file as the manager read it. */
export interface LoadedUnit {
  readonly definition: UnitDefinition;
  readonly text: string;
}

/**
 * Why a command cannot run: its exit status and systemd's name for it (systemd.exec(5), "Process exit codes"). Below 200 the program ran and
 * printed the lines.
 */
export interface ExecProblem {
  readonly status: number;
  readonly word: string;
  readonly line: string;
}

/** The unit files of a host and the links that enable them. */
export class UnitFiles {
  readonly #files: Files;
  readonly #hasUser: (name: string) => boolean;
  /** Definitions that the host has from the start, by the text of their files. */
  readonly #known = new Map<string, UnitDefinition>();

  constructor(files: Files, hasUser: (name: string) => boolean) {
    this.#files = files;
    this.#hasUser = hasUser;
  }

  /** Writes the file of a unit and enables it as its definition says. */
  install(definition: UnitDefinition): void {
    const text = renderUnitFile(definition);
    this.#known.set(`${definition.name}\n${text}`, definition);
    this.#files.write(definition.fragmentPath, Buffer.from(text), { user: 'root' });
    if (definition.enabled) this.setEnabled(definition, true);
  }

  names(): readonly string[] {
    const names = FOLDERS.flatMap((folder) => (this.#files.isFolder(folder) ? this.#files.list(folder, 'root') : []));
    return [...new Set(names.filter((name) => name.endsWith('.service')))].sort();
  }

  /** Null = there is no such file, or it starts nothing. */
  load(name: string): LoadedUnit | null {
    for (const folder of FOLDERS) {
      const text = this.#read(`${folder}/${name}`);
      if (text === null) continue;
      const known = this.#known.get(`${name}\n${text}`);
      const definition = known ?? definitionOf({ name, path: `${folder}/${name}`, text, behaviourOf });
      return definition === null ? null : { definition, text };
    }
    return null;
  }

  isEnabled({ name, wantedBy }: UnitDefinition): boolean {
    return wantedBy.some((target) => this.#has(`${LINKS_FOLDER}/${target}.wants/${name}`));
  }

  setEnabled({ name, wantedBy, fragmentPath }: UnitDefinition, isEnabled: boolean): void {
    for (const target of wantedBy) {
      const link = `${LINKS_FOLDER}/${target}.wants/${name}`;
      this.#files.makeFolder(`${LINKS_FOLDER}/${target}.wants`, { user: 'root', parents: true });
      if (isEnabled) this.#files.makeLink(link, fragmentPath, 'root');
      else if (this.#has(link)) this.#files.remove(link, 'root');
    }
  }

  /** Why the command of a unit cannot run; null = it can. */
  problemOf({ user, workingFolder, command }: UnitDefinition): ExecProblem | null {
    const [program = '', ...args] = splitQuoted(command.replace(/^nginx: master process /, ''));
    if (!this.#hasUser(user)) {
      return { status: 217, word: 'USER', line: `Failed to determine user credentials: No such process` };
    }
    if (workingFolder !== undefined && !this.#files.isFolder(workingFolder)) {
      return { status: 200, word: 'CHDIR', line: `Changing to the requested working directory failed: ${describeFault('no-such-file')}` };
    }
    if (!this.#files.isProgram(program)) {
      return { status: 203, word: 'EXEC', line: `Failed at step EXEC spawning ${program}: ${describeFault('no-such-file')}` };
    }
    const script = args.find((arg) => /\.(c?js|mjs|py)$/.test(arg));
    const place = script?.startsWith('/') === false ? `${workingFolder ?? ''}/${script}` : script;
    if (place !== undefined && this.#read(place) === null) {
      return { status: 1, word: 'FAILURE', line: `${program}: can't open file '${place}': [Errno 2] ${describeFault('no-such-file')}` };
    }
    return null;
  }

  #has(path: string): boolean {
    try {
      return this.#files.lstat(path, 'root').kind === 'link';
    } catch (thrown) {
      if (thrown instanceof FileError) return false;
      throw thrown;
    }
  }

  #read(path: string): string | null {
    try {
      return this.#files.read(path, 'root').toString('utf8');
    } catch (thrown) {
      if (thrown instanceof FileError) return null;
      throw thrown;
    }
  }
}

const PROGRAMS: readonly { readonly unit: string; readonly is: (words: readonly string[]) => boolean }[] = [
  { unit: INVOKEAI, is: (words) => words.some((word) => word.endsWith('/invokeai-web')) },
  { unit: SHIM, is: (words) => words.some((word) => word.endsWith('images-shim.cjs')) },
  { unit: NGINX, is: ([program = '']) => program.endsWith('/nginx') },
  { unit: COMFYUI, is: (words) => words.some((word) => word === 'main.py' || word.endsWith('/ComfyUI/main.py')) },
];
const ECHO = /\becho ([^;|&]+)/g;

/** How long a program takes to start and what it prints; of a shell command, what it echoes. */
export function behaviourOf(words: readonly string[]) {
  const known = PROGRAMS.find(({ is }) => is(words))?.unit;
  const like = SERVICE_DEFINITIONS.find(({ name }) => name === known);
  const identifier = (words[0] ?? '').split('/').at(-1) ?? '';
  if (like !== undefined) {
    const { startMs, stopMs, memoryMiB, tasks, startLines, stopLines } = like;
    return { startMs, stopMs, memoryMiB, tasks, startLines, stopLines, identifier: like.identifier };
  }
  const startLines = [...(words[2] ?? '').slice(0, 2000).matchAll(ECHO)].map(([, text = '']) => text.trim());
  return { startMs: 60, stopMs: 60, identifier, memoryMiB: 9, tasks: 1, startLines: words[1] === '-c' ? startLines : [], stopLines: [] };
}
