import type { HubAnswer, HubDetails, HubKind, HubQuery, HubRoute } from '../../../../shared/capabilities/models/hub-contract.ts';
import { hasCode, type PanelError, toPanelError } from '../../../../shared/errors.ts';
import type { SecretStore } from '../../../foundation/secret-store.ts';
import type { HubChannel, HubSite } from './channel.ts';
import { hubCancelledError, hubGarbledError, hubReplyError } from './errors.ts';
import type { HubReply } from './hub-reply.ts';
import { readOffers } from './offers.ts';
import { readHubExtras, readHubModel, readHubModels, readSiblings, readTree } from './replies.ts';

const MAX_REDIRECTS = 3;
/** While this computer does not reach the server, it is not tried again for so long. */
const AVOID_MS = 60_000;

const TAGS_OF_KIND: Readonly<Record<HubKind, readonly string[]>> = {
  image: ['text-to-image'],
  lora: ['lora'],
  controlnet: ['controlnet'],
  any: [],
};

/** Search of Hugging Face for one host. */
export interface Hub {
  /** The most downloaded first. Ends the search before it. Throws `hub-…`. */
  search(query: HubQuery): Promise<HubAnswer>;
  cancelSearch(): void;
  /** One model with what can be installed of it. Throws `hub-…`. */
  model(id: string): Promise<HubDetails>;
  hasToken(): boolean;
  /** Null removes it. Saved for the server that is set, and sent to no other. */
  setToken(token: string | null): boolean;
  stop(): void;
}

export interface HubOptions {
  /** As it is set now; read at every request. */
  readonly site: () => HubSite;
  readonly route: () => HubRoute;
  readonly openChannel: (from: 'computer' | 'host', site: HubSite) => HubChannel;
  readonly tokens: Pick<SecretStore, 'read' | 'write' | 'forget'>;
  readonly now: () => number;
}

/** The name of a token belongs to its server: it is not read for another one. */
const tokenName = (site: HubSite): string => `hugging-face ${site.origin}`;

export function createHub(o: HubOptions): Hub {
  let searching: AbortController | null = null;
  let open: { readonly origin: string; readonly channel: HubChannel } | null = null;
  /** This computer did not reach the server at this time. */
  let unreachableAt: number | null = null;
  const channelFor = (from: 'computer' | 'host', site: HubSite): HubChannel => {
    if (open !== null && open.origin === site.origin && open.channel.from === from) return open.channel;
    open?.channel.close();
    open = { origin: site.origin, channel: o.openChannel(from, site) };
    return open.channel;
  };
  const tokenOf = (site: HubSite): string | null => o.tokens.read(tokenName(site));

  /** The answer to a path, by this computer or the host, as set. */
  const ask = async (
    site: HubSite,
    path: string,
    signal: AbortSignal,
  ): Promise<{ readonly reply: HubReply; readonly from: 'computer' | 'host' }> => {
    const route = o.route();
    const isAvoided = unreachableAt !== null && o.now() - unreachableAt < AVOID_MS;
    const first = route === 'host' || (route === 'auto' && isAvoided) ? 'host' : 'computer';
    const byWay = async (from: 'computer' | 'host') => ({ from, reply: await follow(channelFor(from, site), site, path, signal) });
    try {
      return await byWay(first);
    } catch (thrown) {
      if (signal.aborted) throw hubCancelledError();
      const error = toPanelError(thrown);
      if (route !== 'auto' || first === 'host' || !isOutOfReach(error)) throw thrown;
      unreachableAt = o.now();
      // What the host says is no better news where it cannot reach the server either: this computer's error is shown then.
      return await byWay('host').catch((second: unknown) => {
        throw isOutOfReach(toPanelError(second)) ? thrown : second;
      });
    }
  };
  /** Follows redirects to the same server alone: renamed repositories have one. */
  const follow = async (channel: HubChannel, site: HubSite, path: string, signal: AbortSignal): Promise<HubReply> => {
    let at = path;
    for (let redirects = 0; ; redirects += 1) {
      const reply = await channel.request({ path: at, token: tokenOf(site), signal });
      if (signal.aborted) throw hubCancelledError();
      const location = reply.headers['location'] ?? '';
      const isRedirect = reply.status >= 300 && reply.status < 400 && redirects < MAX_REDIRECTS;
      const next = isRedirect && URL.canParse(location, site.origin) ? new URL(location, site.origin) : null;
      if (next === null || next.origin !== site.origin) return reply;
      at = `${next.pathname}${next.search}`;
    }
  };
  const json = async (site: HubSite, path: string, what: string | null, signal: AbortSignal) => {
    const { reply, from } = await ask(site, path, signal);
    if (reply.status !== 200) {
      throw hubReplyError(reply, { what, site: site.origin, hasToken: tokenOf(site) !== null, nowMs: o.now() });
    }
    return { document: parsed(reply.body, site.origin), headers: reply.headers, from };
  };

  /** Whether the saved token may fetch a gated repository. */
  const accessOf = async (site: HubSite, id: string, gated: string, signal: AbortSignal): Promise<HubDetails['access']> => {
    if (gated === 'no') return 'open';
    if (gated === 'unknown') return 'unknown';
    if (tokenOf(site) === null) return 'token-needed';
    const answered = await ask(site, `/api/models/${id}/auth-check`, signal).catch(() => null);
    if (answered === null) return 'unknown';
    const { status } = answered.reply;
    return status === 200 ? 'granted' : status === 401 || status === 403 ? 'not-granted' : 'unknown';
  };

  return {
    search: async ({ text, kind, limit }) => {
      searching?.abort();
      const site = o.site();
      const own = new AbortController();
      searching = own;
      const query = new URLSearchParams({ search: text, sort: 'downloads', direction: '-1', limit: String(limit), full: 'true' });
      for (const tag of TAGS_OF_KIND[kind]) query.append('filter', tag);
      try {
        const { document, headers, from } = await json(site, `/api/models?${query}`, null, own.signal);
        if (!Array.isArray(document)) throw hubGarbledError(site.origin);
        return {
          from,
          site: site.origin,
          models: readHubModels(document),
          hasMore: /rel="?next/.test((headers['link'] ?? '').slice(0, 4_000)),
        };
      } catch (thrown) {
        throw own.signal.aborted ? hubCancelledError() : thrown;
      } finally {
        if (searching === own) searching = null;
      }
    },
    cancelSearch: () => searching?.abort(),
    model: async (id) => {
      const { signal } = new AbortController();
      const site = o.site();
      const { document, from } = await json(site, `/api/models/${id}?blobs=true`, id, signal);
      const model = readHubModel(document);
      if (model === null) throw hubGarbledError(site.origin);
      let files = readSiblings(document);
      // A mirror may leave the sizes out.
      if (files.some(({ bytes }) => bytes === null)) {
        const tree = await json(site, `/api/models/${model.id}/tree/main?recursive=true`, id, signal).catch(() => null);
        const sized = tree === null ? [] : readTree(tree.document);
        if (sized.length >= files.length) files = sized;
      }
      return {
        from,
        site: site.origin,
        model,
        ...readHubExtras(document),
        access: await accessOf(site, model.id, model.gated, signal),
        offers: readOffers(model.id, site.origin, files),
      };
    },
    hasToken: () => tokenOf(o.site()) !== null,
    setToken: (next) => {
      if (next === null) o.tokens.forget(tokenName(o.site()));
      else o.tokens.write(tokenName(o.site()), next);
      return next !== null;
    },
    stop: () => {
      searching?.abort();
      open?.channel.close();
    },
  };
}

function parsed(body: string, site: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw hubGarbledError(site);
  }
}

const isOutOfReach = (error: PanelError): boolean =>
  hasCode(error, 'hub-unreachable', 'hub-silent', 'hub-slow', 'hub-proxy', 'hub-broke-off');
