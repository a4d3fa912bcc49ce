import type { HfLogin } from '../../../shared/capabilities/models/contract.ts';
import type { JsonClient } from '../backends/json-client.ts';
import { hfTokenRefusedError, notOffered } from './errors.ts';
import { readHfLogin } from './readers.ts';

const PATH = '/api/v2/models/hf_login';
/** InvokeAI asks Hugging Face before it answers. */
const TIMEOUT_MS = 30_000;

/** Whether InvokeAI has a Hugging Face token; slow, since it asks Hugging Face. */
export async function readHfLoginState(client: JsonClient): Promise<HfLogin> {
  const reply = await client.json({ path: PATH, timeoutMs: TIMEOUT_MS }).catch(notOffered);
  return reply === 'not-offered' ? 'not-offered' : readHfLogin(reply);
}

/** Hands InvokeAI a token; null removes it. Throws hf-token-refused where InvokeAI did not store it. */
export async function setHfToken(client: JsonClient, token: string | null): Promise<HfLogin> {
  if (token === null) return readHfLogin(await client.json({ method: 'DELETE', path: PATH, timeoutMs: TIMEOUT_MS }));
  const next = readHfLogin(await client.json({ method: 'POST', path: PATH, body: { token }, timeoutMs: TIMEOUT_MS }));
  // A token that was not stored is answered with the same word as no token at all.
  if (next === 'invalid') throw hfTokenRefusedError();
  return next;
}
