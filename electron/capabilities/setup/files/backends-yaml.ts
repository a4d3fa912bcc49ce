import { panelError } from '../../../../shared/errors.ts';
import { plainText } from '../../../../shared/plain-text.ts';
import { type Fields, isRecord } from '../../../../shared/record.ts';
import { setupBadParameterError } from '../errors.ts';
import { BACKENDS_TEXT as TEXT } from './text.ts';
import { parseYaml, plainValue } from './yaml-document.ts';
import { setYamlValue } from './yaml-edit.ts';

/** One backend of the gateway's `backends_config.yaml`; null = not stated. */
export interface GatewayBackend {
  /** Its key in the file. */
  readonly name: string;
  /** What `IMAGES_BACKEND_CLASS` names. */
  readonly className: string;
  /** May hold `${VARIABLE}`. */
  readonly baseUrl: string | null;
  readonly capabilities: readonly string[];
  readonly imagesLimit: number | null;
}

/** Reads `backends_config.yaml`. Errors: `settings-file-broken` with the line. */
export function readBackendsYaml(text: string): readonly GatewayBackend[] {
  const read = parseYaml(text);
  const values = read.isValid ? plainValue(read.document.contents, read.document) : null;
  const backends = isRecord(values) ? values['backends'] : null;
  if (!isRecord(backends)) throw brokenError(read.isValid ? null : read.line, read.isValid ? TEXT.noBackends : read.message);
  return Object.entries(backends).flatMap(([name, backend]) => (isRecord(backend) ? [backendOf(name, backend)] : []));
}

const textOr = <T>(value: unknown, fallback: T): string | T => (typeof value === 'string' ? plainText(value) : fallback);

function backendOf(name: string, backend: Fields): GatewayBackend {
  const limits = backend['concurrency_limits'];
  const images = isRecord(limits) ? limits['images'] : null;
  const capabilities: unknown = backend['supported_capabilities'];
  return {
    name: plainText(name),
    className: textOr(backend['class'], plainText(name)),
    baseUrl: textOr(backend['base_url'], null),
    capabilities: Array.isArray(capabilities)
      ? capabilities.filter((entry) => typeof entry === 'string').map((entry) => plainText(entry))
      : [],
    imagesLimit: typeof images === 'number' ? images : null,
  };
}

/** What Setup changes of a backend. */
export interface BackendChanges {
  /** Images at a time, from 1; undefined = as it is. */
  readonly imagesLimit?: number;
  /** An http:// or https:// address without credentials. */
  readonly baseUrl?: string;
}

/**
 * The text of `backends_config.yaml` with these values of a class; comments and order stay. The gateway reads it at its start, and a deploy
 * replaces it. Errors: `settings-file-broken`, `backend-class-missing`, `setup-bad-parameter` for a value that stops the gateway.
 */
export function editBackendsYaml(text: string, className: string, { imagesLimit, baseUrl }: BackendChanges): string {
  const backend = readBackendsYaml(text).find((one) => one.className === className);
  if (backend === undefined) {
    throw panelError({
      code: 'backend-class-missing',
      layer: 'gateway',
      message: `The gateway has no backend class ${className}.`,
      hint: 'Choose one of the classes in its backends_config.yaml, or add the class there.',
      retryable: false,
    });
  }
  if (imagesLimit !== undefined && !(Number.isInteger(imagesLimit) && imagesLimit >= 1 && imagesLimit <= 1_000))
    throw setupBadParameterError({ key: 'imagesLimit', label: 'Images at a time', reason: TEXT.limit });
  if (baseUrl !== undefined && !isBackendUrl(baseUrl))
    throw setupBadParameterError({ key: 'baseUrl', label: 'Address', reason: TEXT.address });
  let edited = text;
  for (const [path, value] of [
    [['base_url'], baseUrl],
    [['concurrency_limits', 'images'], imagesLimit],
  ] as const) {
    if (value === undefined) continue;
    const next = setYamlValue(edited, ['backends', backend.name, ...path], value);
    if (next === null) throw brokenError(null, TEXT.notEditable);
    edited = next;
  }
  return edited.endsWith('\n') ? edited : `${edited}\n`;
}

function isBackendUrl(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, username, password } = new URL(address);
  return /^https?:$/.test(protocol) && username === '' && password === '' && plainText(address) === address;
}

const brokenError = (line: number | null, reason: string) =>
  panelError({
    code: 'settings-file-broken',
    layer: 'gateway',
    message: `backends_config.yaml cannot be read${line === null ? '' : ` (line ${line})`}: ${reason}`,
    hint: 'Correct the file on the host and plan again; the gateway does not start with it either.',
    retryable: false,
  });
