import { DEFAULT_PORTS } from '../../../../shared/default-ports.ts';
import {
  type FileState,
  type ReadRequest,
  readFileRequest,
  readFileState,
  readListRequest,
  readStatRequest,
  readUserRequest,
} from '../../../foundation/host-reader/answers.ts';
import type { InvokeAiServer } from '../files/invokeai-keys.ts';
import { type InvokeAiYaml, readInvokeAiYaml } from '../files/invokeai-yaml-read.ts';
import { isPlainPath } from '../recipes/parameters.ts';
import { type EnvironmentFacts, environmentRequests, readEnvironment } from './environment-facts.ts';
import { type Answers, INVOKEAI_UNIT, readService, type ServiceFacts, serviceValue } from './service-facts.ts';

const DEFAULT_ROOT = '/var/lib/invokeai';

/** A login of the host. */
export interface UserFacts {
  readonly home: string;
  readonly groups: readonly string[];
}

export interface InvokeAiFacts {
  readonly service: ServiceFacts;
  /** The path of `invokeai-web`; null = the command is another one. */
  readonly program: string | null;
  /** Undefined = unknown. */
  readonly programFile: FileState | null | undefined;
  readonly args: readonly string[];
  /** How InvokeAI finds its root folder: the command, a variable, the environment's parent, or the home of the user. */
  readonly rootFrom: 'argument' | 'variable' | 'environment' | 'home';
  /** The root in effect; of `home` the folder that the unit was meant for: its working folder. */
  readonly root: string;
  readonly rootFolder: FileState | null | undefined;
  readonly settings: FileState | null | undefined;
  /** Null = there is no readable `invokeai.yaml`. */
  readonly yaml: InvokeAiYaml | null;
  readonly backup: FileState | null | undefined;
  /** `invokeai.env` of the guide. */
  readonly strayEnv: FileState | null | undefined;
  readonly server: InvokeAiServer;
  /** The port that it is set to. */
  readonly port: number;
  /** The address that it is set to. */
  readonly host: string;
  readonly environment: EnvironmentFacts | null;
  /** Null = there is no such user, undefined = unknown. */
  readonly user: UserFacts | null | undefined;
  /** Names in the folder of models; null = unknown. */
  readonly models: readonly string[] | null;
}

/** InvokeAI as its unit runs it; null = there is no readable unit. Never throws. */
export function readInvokeAi(answers: Answers): InvokeAiFacts | null {
  const service = readService(INVOKEAI_UNIT, answers);
  if (service === null) return null;
  const { program, args, root, rootFrom, environmentFolder } = placesOf(service);
  const environment = environmentFolder === null ? null : readEnvironment(environmentFolder, answers);
  const settings = readFileState(answers.get(readFileRequest(`${root}/invokeai.yaml`)));
  const server = { version: environment?.invokeAiVersion ?? null };
  const yaml = typeof settings?.text === 'string' ? readInvokeAiYaml(settings.text, server) : null;
  const settingOf = (key: string): unknown =>
    optionOf(args, `--${key}`) ?? service.environment.get(`INVOKEAI_${key.toUpperCase()}`) ?? yaml?.values[key];
  const port = Number(settingOf('port') ?? DEFAULT_PORTS.invokeai);
  return {
    service,
    program,
    programFile: program === null ? undefined : readFileState(answers.get(readStatRequest(program))),
    args,
    root,
    rootFrom,
    rootFolder: readFileState(answers.get(readStatRequest(root))),
    settings,
    yaml,
    backup: readFileState(answers.get(readFileRequest(`${root}/invokeai.yaml.bak`))),
    strayEnv: readFileState(answers.get(readStatRequest(`${root}/invokeai.env`))),
    server,
    port: Number.isInteger(port) ? port : DEFAULT_PORTS.invokeai,
    host: String(settingOf('host') ?? '127.0.0.1'),
    environment,
    user: readUser(service.user, answers),
    models: listOf(`${root}/models`, answers),
  };
}

/** What the unit of InvokeAI makes worth reading. */
export function invokeAiRequests(known: Answers): readonly ReadRequest[] {
  const service = readService(INVOKEAI_UNIT, known);
  if (service === null) return [];
  const { program, root, environmentFolder } = placesOf(service);
  return [
    ...(program === null ? [] : [readStatRequest(program)]),
    ...(USER_NAME.test(service.user) ? [readUserRequest(service.user)] : []),
    ...[root, `${root}/invokeai.env`].map(readStatRequest),
    ...['invokeai.yaml', 'invokeai.yaml.bak'].map((name) => readFileRequest(`${root}/${name}`)),
    readListRequest(`${root}/models`),
    `disk ${root}`,
    ...(environmentFolder === null ? [] : environmentRequests(environmentFolder)),
  ];
}

const USER_NAME = /^[\w.-]{1,64}$/;

/** Source of the order: InvokeAI's config_default.py and app_dirs of 6.x. */
function placesOf(service: ServiceFacts) {
  const at = service.command.findIndex((word) => /(?:^|\/)invokeai-web$/.test(word));
  const behind = at < 0 ? [] : service.command.slice(at + 1);
  const end = behind.findIndex((word) => /^(?:&&|\|\||[;|&])$/.test(word));
  const args = end < 0 ? behind : behind.slice(0, end);
  const word = service.command[at] ?? '';
  const program = isPlainPath(word) ? word : null;
  const variable = service.environment.get('INVOKEAI_ROOT');
  const virtual = service.environment.get('VIRTUAL_ENV');
  const given = optionOf(args, '--root');
  const working = (serviceValue(service, 'WorkingDirectory') ?? '').replace(/^[-~]/, '');
  const [rootFrom, root] =
    given !== null
      ? (['argument', given] as const)
      : variable !== undefined
        ? (['variable', variable] as const)
        : virtual !== undefined
          ? (['environment', virtual.replace(/\/[^/]*\/?$/, '')] as const)
          : (['home', working] as const);
  const folder = root.length > 1 ? root.replace(/\/$/, '') : root;
  return {
    program,
    args,
    rootFrom,
    root: isPlainPath(folder) ? folder : DEFAULT_ROOT,
    environmentFolder: program?.endsWith('/bin/invokeai-web') === true ? program.slice(0, -'/bin/invokeai-web'.length) : null,
  };
}

/** The value of `--name value` or `--name=value`; null = it is not given. */
export function optionOf(args: readonly string[], name: string): string | null {
  const at = args.findLastIndex((word) => word === name || word.startsWith(`${name}=`));
  const word = args[at];
  if (word === undefined) return null;
  return word === name ? (args[at + 1] ?? null) : word.slice(name.length + 1);
}

/** Format: passwd(5), then the groups of id(1). */
function readUser(name: string, answers: Answers): UserFacts | null | undefined {
  const answer = USER_NAME.test(name) ? answers.get(readUserRequest(name)) : null;
  if (answer === null) return undefined;
  if (answer.status !== 'ok') return null;
  return { home: answer.lines[0]?.split(':')[5] ?? '', groups: (answer.lines[1] ?? '').split(' ') };
}

export function listOf(folder: string, answers: Answers): readonly string[] | null {
  const answer = answers.get(readListRequest(folder));
  return answer?.status === 'ok' ? answer.lines : null;
}
