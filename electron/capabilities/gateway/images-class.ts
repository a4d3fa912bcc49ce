import { BackendClass } from '../../../shared/capabilities/gateway/contract.ts';
import type { HttpRequest, Reply } from '../../foundation/http/client.ts';
import { readErrorBody } from './error-body.ts';

const IMAGES_PATH = '/v1/images/generations';
const NAMES_ITS_CLASS: ReadonlySet<number> = new Set([429, 503]);

/** The backend class for images, as named in the gateway's refusal of an image request; null = not named. */
export function imagesClassOf(requested: Pick<HttpRequest, 'path'>, reply: Pick<Reply, 'status' | 'headers' | 'body'>): string | null {
  if (requested.path !== IMAGES_PATH || !NAMES_ITS_CLASS.has(reply.status)) return null;
  const { form, fields } = readErrorBody(reply.headers['content-type'], reply.body);
  if (form !== 'detail') return null;
  const named = BackendClass.safeParse(fields['backend_class']);
  return named.success ? named.data : null;
}
