import { HubRepoId } from '../../../shared/capabilities/models/hub-contract.ts';

/** What the field of the Models page holds: words to search for, or the source of a model. */
export type SourceKind =
  | { readonly kind: 'empty' }
  | { readonly kind: 'words' }
  /** A repository; `source` is as InvokeAI takes it, with variant and folder. */
  | { readonly kind: 'repo'; readonly id: string; readonly source: string }
  | { readonly kind: 'url'; readonly source: string }
  | { readonly kind: 'path'; readonly source: string };

/** `owner/name`, `owner/name:fp16`, `owner/name::folder`. */
const REPO = /^([\w-][\w.-]{0,95}\/[\w-][\w.-]{0,95})((?::[^:\s]{0,100}){0,2})$/;
const MAX_CHARS = 1_000;

/** Reads the field. The address of a page of Hugging Face is its repository, that of a file's page the file. */
export function readSource(typed: string): SourceKind {
  const text = typed.trim();
  if (text === '') return { kind: 'empty' };
  if (text.length > MAX_CHARS) return { kind: 'words' };
  if (text.startsWith('/')) return { kind: 'path', source: text };
  if (/^https?:\/\//i.test(text)) return ofAddress(text);
  const [, id = '', rest = ''] = REPO.exec(text) ?? [];
  return HubRepoId.safeParse(id).success && id !== '' ? { kind: 'repo', id, source: `${id}${rest}` } : { kind: 'words' };
}

function ofAddress(text: string): SourceKind {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.hostname !== 'huggingface.co') return { kind: 'url', source: text };
  const [owner = '', name = '', verb, ...rest] = url.pathname.split('/').filter(Boolean);
  const id = `${owner}/${name}`;
  if (!HubRepoId.safeParse(id).success || name === '') return { kind: 'url', source: text };
  if (verb === undefined || verb === 'tree') return { kind: 'repo', id, source: id };
  // The page of a file is HTML, which InvokeAI would install as a model.
  return verb === 'blob' ? { kind: 'url', source: `${url.origin}/${id}/resolve/${rest.join('/')}` } : { kind: 'url', source: text };
}

/** The repository that a source names or lies in, with the source in InvokeAI's words; null where there is none. */
export function repoOfSource(source: string): string | null {
  const found = readSource(source);
  if (found.kind === 'repo') return found.id;
  if (found.kind !== 'url' || !URL.canParse(found.source)) return null;
  const url = new URL(found.source);
  const [owner = '', name = ''] = url.pathname.split('/').filter(Boolean);
  const id = HubRepoId.safeParse(`${owner}/${name}`);
  return url.hostname === 'huggingface.co' && id.success ? id.data : null;
}
