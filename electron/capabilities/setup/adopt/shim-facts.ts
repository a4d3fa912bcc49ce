import { posix } from 'node:path';
import { isRecord } from '../../../../shared/record.ts';
import {
  type FileState,
  type ReadRequest,
  readFileRequest,
  readFileState,
  readStatRequest,
} from '../../../foundation/host-reader/answers.ts';
import { systemdEnvValues } from '../files/systemd-env.ts';
import { EARLIER_ENV } from '../recipes/images-shim.ts';
import { isPlainPath } from '../recipes/parameters.ts';
import { SHIM_UNIT } from '../recipes/shim-steps.ts';
import { type Answers, readService, type ServiceFacts } from './service-facts.ts';

const MAX_NODES = 2_000;
const MAX_DEPTH = 12;

export interface ShimFacts {
  readonly service: ServiceFacts;
  /** The shim in Python that came before ours. */
  readonly isPython: boolean;
  /** Null = unknown, since a file of variables could not be read. */
  readonly mode: string | null;
  /** Folders of the environment files, by path. */
  readonly folders: ReadonlyMap<string, FileState | null | undefined>;
  readonly templatePath: string | null;
  readonly template: GraphTemplate | null;
}

/** What a graph template is bound to. */
export interface GraphTemplate {
  readonly models: readonly { readonly key: string; readonly name: string }[];
  /** Whether a random number stands before the seed, which InvokeAI refuses when both bounds are the seed. */
  readonly hasRandomSeed: boolean;
}

/** The images shim as its unit runs it; null = there is no readable unit. Never throws. */
export function readShim(answers: Answers): ShimFacts | null {
  const service = readService(SHIM_UNIT, answers);
  if (service === null) return null;
  const isPython = service.command.some((word) => word === 'uvicorn' || /(?:\.py|\/uvicorn)$/.test(word));
  const isUnknown = service.environmentFiles.some(
    ({ file }) => file === undefined || (file !== null && file.text === null && file.bytes > 0),
  );
  const mode = service.environment.get('SHIM_MODE')?.trim() ?? (isPython ? 'stub' : 'invokeai_queue');
  const templatePath = service.environment.get('SHIM_GRAPH_TEMPLATE_PATH')?.trim() ?? null;
  const template = templatePath === null ? null : readFileState(answers.get(readFileRequest(templatePath)))?.text;
  return {
    service,
    isPython,
    mode: isUnknown ? null : mode,
    folders: new Map(
      service.environmentFiles.map(({ path }) => {
        const folder = posix.dirname(path);
        return [folder, readFileState(answers.get(readStatRequest(folder)))];
      }),
    ),
    templatePath,
    template: typeof template === 'string' ? readGraphTemplate(template) : null,
  };
}

export const SHIM_FIRST_REQUESTS: readonly ReadRequest[] = [readFileRequest(EARLIER_ENV)];

/** What the shim's unit and the usual file of its variables make worth reading. */
export function shimRequests(known: Answers): readonly ReadRequest[] {
  const service = readService(SHIM_UNIT, known);
  const usual = systemdEnvValues(readFileState(known.get(readFileRequest(EARLIER_ENV)))?.text ?? '');
  const template = service?.environment.get('SHIM_GRAPH_TEMPLATE_PATH') ?? usual.get('SHIM_GRAPH_TEMPLATE_PATH');
  return [
    ...(service?.environmentFiles.map(({ path }) => readStatRequest(posix.dirname(path))) ?? []),
    ...(template !== undefined && isPlainPath(template) ? [readFileRequest(template)] : []),
  ];
}

/** Reads a template of the shim in Python: a workflow of InvokeAI or its graph. Null = it is no JSON. Never throws. */
export function readGraphTemplate(text: string): GraphTemplate | null {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return null;
  }
  const models = new Map<string, string>();
  let hasRandomSeed = false;
  let seen = 0;
  const visit = (value: unknown, depth: number): void => {
    seen += 1;
    if (depth > MAX_DEPTH || seen > MAX_NODES) return;
    if (Array.isArray(value)) for (const entry of value) visit(entry, depth + 1);
    if (!isRecord(value)) return;
    if (value['type'] === 'rand_int') hasRandomSeed = true;
    const { key, name, base } = value;
    if (typeof key === 'string' && typeof name === 'string' && typeof base === 'string') models.set(key, name);
    for (const entry of Object.values(value)) visit(entry, depth + 1);
  };
  visit(document, 0);
  return { models: [...models].map(([key, name]) => ({ key, name })), hasRandomSeed };
}
