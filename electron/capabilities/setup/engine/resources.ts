import type { ApiOperation } from '../api/operation.ts';

/** Where the text of a file comes from. An editor receives the present text, so that comments and foreign settings survive. */
export type FileContent =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'edit';
      readonly edit: (present: string | null) => string;
      readonly about: string;
      /** The part of a text that may be shown, of a file that also holds secrets. */
      readonly shows?: (text: string) => string;
    }
  /** A text that is not shown: of the keyring, known only when it is written. `isSame` compares it with the present text. */
  | { readonly kind: 'secret'; readonly text: string };

/** What checks a file before it takes its place. */
export type FileCheck = 'visudo' | 'unit';

interface Placed {
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  /** Octal, without a leading zero: `644`. */
  readonly mode: string;
}

export interface FileResource extends Placed {
  readonly kind: 'file';
  readonly content: FileContent;
  readonly check?: FileCheck;
  /** What the operator should know of a change. */
  readonly note?: string;
  /** The user that writes it, where the folder belongs to that user; default root. */
  readonly as?: string;
  /** An existing file keeps its owner and mode. */
  readonly keepsAttributes?: boolean;
}

export interface FolderResource extends Placed {
  readonly kind: 'folder';
  /** An existing folder keeps its owner and mode; `writable`: as long as it belongs to the owner and the owner may write to it. */
  readonly keepsAttributes?: boolean | 'writable';
  readonly as?: string;
}

/** Nothing at a path. */
export interface AbsentResource {
  readonly kind: 'absent';
  readonly path: string;
  /** `move`: to a folder of root's, from which it can be put back. `delete-empty`: only a folder that nothing is in. */
  readonly by: 'move' | 'delete' | 'delete-empty';
  /** A package that an earlier step installs may bring it. */
  readonly comesWithPackage?: boolean;
}

export interface EnvironmentResource {
  readonly kind: 'environment';
  readonly path: string;
  readonly user: string;
  /** `venv` of the interpreter, or the path of uv. */
  readonly tool: string;
  /** Path of an interpreter, or for uv a version that it downloads. */
  readonly python: string;
  readonly requirements: readonly string[];
  readonly index: string | null;
  readonly torchIndex: string | null;
  /** What is downloaded, in bytes; null = unknown. */
  readonly downloadBytes: number | null;
}

export interface RequireResource {
  readonly kind: 'require';
  readonly holds: boolean;
  readonly reason: string;
  readonly remedy: string;
  readonly isFatal: boolean;
  /** Recipes that make it hold where they are earlier in the same plan. */
  readonly metBy: readonly string[];
}

/** What a step makes true on a host. Paths are absolute and contain no blanks. */
export type Resource =
  /** Debian packages; `A|B` is satisfied by either, and A is installed. */
  | { readonly kind: 'packages'; readonly names: readonly string[] }
  | { readonly kind: 'user'; readonly name: string; readonly home: string; readonly shell: string }
  | { readonly kind: 'member'; readonly user: string; readonly group: string }
  | FolderResource
  | FileResource
  | { readonly kind: 'link'; readonly path: string; readonly target: string; readonly as?: string }
  | AbsentResource
  | { readonly kind: 'packages-absent'; readonly names: readonly string[] }
  | { readonly kind: 'user-absent'; readonly name: string }
  | { readonly kind: 'member-absent'; readonly user: string; readonly group: string }
  | EnvironmentResource
  | { readonly kind: 'checkout'; readonly path: string; readonly repository: string; readonly tag: string; readonly user: string }
  | {
      readonly kind: 'unit';
      readonly name: string;
      readonly isEnabled: boolean;
      readonly isActive: boolean;
      /** Files and links that the running process has read; a later change of one needs `onChange`. */
      readonly reads: readonly string[];
      readonly onChange: 'restart' | 'reload';
      /** Checked before a start, restart or reload, e.g. `nginx -t`. */
      readonly test?: readonly string[];
    }
  /** A service of macOS: loaded, or stopped with its property list put aside. `port`: closed once it is stopped. */
  | {
      readonly kind: 'launchd';
      readonly domain: string;
      readonly label: string;
      readonly plist: string | null;
      readonly is: 'loaded' | 'retired';
      readonly port: number | null;
    }
  /** Never a change: what must respond once the steps before are done. */
  | { readonly kind: 'answer'; readonly url: string; readonly status: number; readonly json: boolean; readonly withinS: number }
  /** Done through the HTTP API of a program. */
  | { readonly kind: 'api'; readonly operation: ApiOperation; readonly downloadBytes: number | null }
  /** A precondition that was decided while the steps were made. */
  | RequireResource;

export type ResourceKind = Resource['kind'];

/** Steps that are put back together unless the panel confirms in time. */
export interface Guard {
  readonly id: string;
  readonly seconds: number;
  /** Units that read the changed files, with how they take up the old state. */
  readonly units: readonly { readonly name: string; readonly verb: 'restart' | 'reload' }[];
  /** A database that the program migrates itself, of which it makes a backup: the backup comes back with the old state. */
  readonly database?: { readonly user: string; readonly folder: string; readonly unit: string };
}

/** One step of a recipe: data only. */
export interface Step {
  /** Stable, unique in its recipe. */
  readonly id: string;
  readonly title: string;
  readonly needs: readonly string[];
  readonly resource: Resource;
  /** The id of a guard of the recipe. */
  readonly guard?: string;
  /** What the step means for the operator, in sentences; the plan shows them, and the confirmation of a change. */
  readonly about?: readonly string[];
}

/** One thing that is done on the host; a plan lists them, and only they are done. */
export type Action =
  | { readonly kind: 'command'; readonly argv: readonly string[]; readonly as?: string }
  | { readonly kind: 'file'; readonly write: FileWrite }
  | { readonly kind: 'remove'; readonly path: string }
  /** Runs as a transient unit that outlives the connection. `subject` is the same also when a part of the step is done. */
  | {
      readonly kind: 'long';
      readonly script: LongScript;
      readonly subject: readonly string[];
      readonly args: readonly string[];
      readonly user: string;
    }
  | { readonly kind: 'api'; readonly operation: ApiOperation }
  | { readonly kind: 'wait-for-answer'; readonly url: string; readonly status: number; readonly json: boolean; readonly withinS: number };

export type LongScript = 'packages' | 'packages-absent' | 'environment' | 'checkout';

export interface FileWrite {
  readonly path: string;
  readonly owner: string | null;
  readonly group: string | null;
  readonly mode: string | null;
  readonly text: string;
  /** SHA-256 of the text that is replaced; null = no file may be there. */
  readonly replaces: string | null;
  readonly check: FileCheck | null;
  readonly as: string | null;
  /** What is shown of the change; null = nothing, since it is secret. */
  readonly shown: { readonly before: string; readonly after: string } | null;
}

/** How a step stands on the host. */
export type Verdict =
  | { readonly state: 'ok' }
  | { readonly state: 'change'; readonly actions: readonly Action[]; readonly downloadBytes: number | null; readonly note: string | null }
  /** Cannot be applied as it is: in the way, or a precondition fails. */
  | { readonly state: 'blocked'; readonly reason: string; readonly remedy: string }
  /** Only root may read it. */
  | { readonly state: 'unknown' };
