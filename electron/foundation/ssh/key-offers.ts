import type { AnyAuthMethod, BaseAgent, ParsedKey } from 'ssh2';
import { PanelException, toPanelError } from '../../../shared/errors.ts';
import { authRefusedError } from './errors.ts';
import type { KeyFile } from './key-files.ts';
import type { PromptUser } from './options.ts';
import { loadSsh2 } from './ssh2.ts';

export interface KeyPlan {
  readonly user: string;
  readonly where: string;
  /** Agent socket path, Windows pipe or `pageant`; null = none. */
  readonly agentPath: string | null;
  readonly identitiesOnly: boolean;
  /** Keys that the operator or the configuration names: offered first, in this order. */
  readonly namedKeys: readonly KeyFile[];
  /** Keys with the usual names: offered last. */
  readonly defaultKeys: readonly KeyFile[];
  readonly promptUser: PromptUser;
  readonly signal: AbortSignal;
  /** Ends the attempt for good. */
  readonly fail: (error: PanelException) => void;
}

export interface KeyOffer {
  readonly label: string;
  readonly method: AnyAuthMethod;
}

/** Every key that could be offered, in order; each is prepared only when its turn can come, since that may ask for a passphrase. */
export async function keyOffers(plan: KeyPlan): Promise<(() => Promise<KeyOffer>)[]> {
  const { BaseAgent, createAgent, utils } = await loadSsh2();
  const ofAgent = new Map<string, () => Promise<KeyOffer>>();
  const seen = new Set<string>();

  /** An agent that holds one key, so that keys are offered one at a time and in our order. */
  class OneKeyAgent extends BaseAgent<ParsedKey> {
    readonly #key: ParsedKey;
    readonly #signWith: (data: Buffer, options: { hash?: 'sha1' | 'sha256' | 'sha512' }) => Promise<Buffer>;
    constructor(key: ParsedKey, signWith: (data: Buffer, options: { hash?: 'sha1' | 'sha256' | 'sha512' }) => Promise<Buffer>) {
      super();
      this.#key = key;
      this.#signWith = signWith;
    }
    override getIdentities(answer: (error?: Error | null, keys?: ParsedKey[]) => void): void {
      answer(null, [this.#key]);
    }
    override sign(...args: unknown[]): void {
      const [, data, options] = args;
      const answer = args.find((arg): arg is (error: Error | null, signature?: Buffer) => void => typeof arg === 'function');
      if (answer === undefined || !Buffer.isBuffer(data)) return;
      this.#signWith(data, typeof options === 'object' && options !== null ? options : {}).then(
        (signature) => answer(null, signature),
        (cause: unknown) => answer(cause instanceof Error ? cause : new Error(String(cause))),
      );
    }
  }

  if (plan.agentPath !== null) {
    const agent = createAgent(plan.agentPath);
    for (const key of await identitiesOf(agent)) {
      const parsed = toParsedKey(utils.parseKey, key);
      if (parsed === null) continue;
      const blob = parsed.getPublicSSH().toString('base64');
      const signing = new OneKeyAgent(
        parsed,
        (data, options) =>
          new Promise((resolve, reject) =>
            agent.sign(parsed, data, options, (error, signature) => {
              if (signature === undefined) reject(error ?? new Error('the agent did not sign'));
              else resolve(signature);
            }),
          ),
      );
      const offer: KeyOffer = { label: 'agent', method: { type: 'agent', username: plan.user, agent: signing } };
      ofAgent.set(blob, async () => offer);
    }
  }

  const fromFile = async (file: KeyFile, unlock: NonNullable<KeyFile['unlock']>): Promise<KeyOffer> => {
    const known = file.publicBlob === null ? null : toParsedKey(utils.parseKey, file.publicBlob);
    const publicKey = known ?? (await unlock(plan.promptUser, plan.signal));
    const signing = new OneKeyAgent(publicKey, async (data, options) => {
      try {
        return (await unlock(plan.promptUser, plan.signal)).sign(data, options.hash);
      } catch (thrown) {
        // Cancelled or wrong three times: the operator decided, so nothing else is tried in its place.
        plan.fail(signInError(thrown, plan.where));
        throw thrown;
      }
    });
    return { label: `key ${file.label}`, method: { type: 'agent', username: plan.user, agent: signing } };
  };
  const offersOf = (files: readonly KeyFile[]): (() => Promise<KeyOffer>)[] =>
    files.flatMap((file) => {
      const { unlock } = file;
      const blob = file.publicBlob?.toString('base64') ?? null;
      if (blob !== null && seen.has(blob)) return [];
      if (blob !== null) seen.add(blob);
      const held = blob === null ? undefined : ofAgent.get(blob);
      if (held !== undefined) return [held];
      return unlock === null ? [] : [async () => await fromFile(file, unlock)];
    });
  const named = offersOf(plan.namedKeys);
  const others = plan.identitiesOnly ? [] : [...ofAgent].filter(([blob]) => !seen.has(blob));
  for (const [blob] of others) seen.add(blob);
  return [...named, ...others.map(([, offer]) => offer), ...offersOf(plan.defaultKeys)];
}

function signInError(thrown: unknown, where: string): PanelException {
  const error = toPanelError(thrown);
  return thrown instanceof PanelException ? thrown : authRefusedError(where, error.detail ?? '');
}

/** An agent that is not there has no keys: the next way in is tried. */
async function identitiesOf(agent: BaseAgent): Promise<readonly unknown[]> {
  return await new Promise((resolve) => {
    agent.getIdentities((error, keys) => resolve(error || keys === undefined ? [] : keys));
  });
}

function toParsedKey(parse: (data: Buffer) => unknown, key: unknown): ParsedKey | null {
  const parsed = Buffer.isBuffer(key) ? parse(key) : key;
  const first: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  return isParsedKey(first) ? first : null;
}

function isParsedKey(key: unknown): key is ParsedKey {
  return typeof key === 'object' && key !== null && !(key instanceof Error) && 'getPublicSSH' in key;
}
