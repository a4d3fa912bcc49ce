import type { ReportedFacts } from '../../../../shared/capabilities/gallery/contract.ts';
import { isRecord } from '../../../../shared/record.ts';
import type { ComfyUiHistory, ComfyUiImage } from '../../backends/comfyui.ts';
import { type JsonClient, jsonOf } from '../../backends/json-client.ts';
import { textOf } from '../../backends/values.ts';
import { readComfyUi } from '../../gallery/import/comfyui.ts';
import { generationCancelledError, generationFailedError } from '../errors.ts';
import { reportedFacts } from '../generation-result.ts';

const IMAGE_BYTES = 64 * 1024 * 1024;
const IMAGE_TIMEOUT_MS = 60_000;

/** The image of a job that ended. Throws generation-cancelled and generation-failed. */
export function imagesOf({ peer }: JsonClient, { end, failure, images }: ComfyUiHistory): readonly [ComfyUiImage] {
  if (end === 'interrupted') throw generationCancelledError(peer);
  if (end === 'error') throw generationFailedError(peer, failure);
  const [image] = images;
  if (image === undefined) throw generationFailedError(peer, { type: 'no image', message: 'the job ended without an image' });
  return [image];
}

/** The bytes of one image by GET /view. Throws what the client throws. */
export async function fetchImage(client: JsonClient, image: ComfyUiImage, signal: AbortSignal): Promise<Buffer> {
  const path = `/view?${new URLSearchParams({ ...image })}`;
  const reply = await client.request({ path, timeoutMs: IMAGE_TIMEOUT_MS, maxBytes: IMAGE_BYTES, signal });
  if (reply.status !== 200) jsonOf(reply, client.peer, '/view');
  return reply.bytes;
}

/** What ComfyUI really ran, by the workflow in its history. */
export function factsOf({ workflow }: ComfyUiHistory): { readonly reported: ReportedFacts; readonly checkpoint: string | null } {
  const found = readComfyUi(JSON.stringify(workflow));
  const sampler = found?.sampler;
  const loader = workflow['checkpoint'];
  const inputs = isRecord(loader) ? loader['inputs'] : null;
  return {
    reported: reportedFacts({
      seed: found?.seed,
      steps: found?.steps,
      guidance: found?.guidance,
      scheduler: sampler === undefined ? null : (sampler.scheduler ?? sampler.name),
    }),
    checkpoint: isRecord(inputs) ? textOf(inputs['ckpt_name']) : null,
  };
}
