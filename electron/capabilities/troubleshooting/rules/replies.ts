import type { SymptomId } from '../../../../shared/capabilities/troubleshooting/symptoms.ts';
import { plainLines } from '../../../../shared/plain-text.ts';
import { mayWrite } from '../../setup/adopt/access.ts';
import { type Evidence, need, unknown } from '../evidence.ts';
import { byHand, byRecipe, certain, likely, onPage, proofOf, type Rule, ruledOut } from '../rule.ts';
import { textOf } from './gateway-facts.ts';

const MAX_TEXT_CHARS = 8_000;

/** The block of one backend in backends_config.yaml, by its indentation; null = not listed. Linear. */
export function backendBlock(text: string, name: string): readonly string[] | null {
  const lines = plainLines(text, 262_144).split('\n').slice(0, 5_000);
  const start = lines.findIndex((line) => line.trim() === `${name}:` && line.startsWith(' '));
  if (start < 0) return null;
  const indent = lines[start]?.search(/\S/) ?? 0;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.trim() !== '' && line.search(/\S/) <= indent);
  return [lines[start] ?? '', ...(end < 0 ? rest : rest.slice(0, end))];
}

/** The error that the operator asks about, as one text; null = none was given. */
const askedText = ({ error }: Evidence): string | null =>
  error === null ? null : `${error.code}\n${error.message}\n${error.detail ?? ''}`.slice(0, MAX_TEXT_CHARS);

/** A rule about the text of the reply itself; of no use where the symptom was picked from the list. */
const replyRule = (o: {
  readonly id: string;
  readonly title: string;
  readonly symptoms: readonly SymptomId[];
  /** Any of these. */
  readonly words: readonly string[];
  readonly cause: string;
  readonly fix: ReturnType<typeof byHand>;
  readonly isCertain?: boolean;
}): Rule => ({
  id: o.id,
  title: o.title,
  symptoms: o.symptoms,
  depth: 'client',
  test: (evidence) => {
    const text = askedText(evidence);
    if (text === null) return null;
    const line = text.split('\n').find((one) => o.words.some((word) => one.includes(word)));
    if (line === undefined) return ruledOut(`the reply does not contain “${o.words[0] ?? ''}”`);
    return (o.isCertain === false ? likely : certain)(o.cause, { proof: [proofOf('reply', line)], fix: o.fix });
  },
});

export const REPLY_RULES: readonly Rule[] = [
  replyRule({
    id: 'upstream-timed-out',
    title: 'Image took longer than the gateway waits',
    symptoms: ['gateway-502'],
    words: ['ReadTimeout', 'gateway-backend-slow'],
    cause: 'The image took longer than the 120 s that the gateway waits; InvokeAI works on it all the same.',
    fix: byRecipe('gateway', 'Raise IMAGES_HTTP_TIMEOUT_SEC, use fewer steps, or let fewer images run at once.'),
  }),
  replyRule({
    id: 'upstream-refused-connection',
    title: 'Gateway could not connect to the host',
    symptoms: ['gateway-502'],
    words: ['ConnectError', 'ConnectTimeout', 'All connection attempts failed'],
    cause:
      'The gateway could not connect to the host: its address for images is wrong, nothing listens there, or a firewall is between them.',
    fix: byRecipe(
      'gateway',
      'Set the address of the images. Health checks use base_url of backends_config.yaml, requests may use IMAGES_HTTP_BASE_URL.',
    ),
  }),
  replyRule({
    id: 'upstream-rejected-values',
    title: 'InvokeAI rejected the values of the request',
    symptoms: ['gateway-502', 'black-or-noisy-images'],
    words: ['422 Unprocessable', 'multiple of 8', 'multiples of 8', 'greater than or equal to 1', 'Input should be'],
    cause:
      'InvokeAI rejected a value of the request: sizes are multiples of 8, cfg_scale is at least 1, and schedulers have InvokeAI’s names.',
    fix: byHand('Correct the values of the request, or of the preset that it uses.'),
  }),
  replyRule({
    id: 'upstream-out-of-memory',
    title: 'Job ran out of VRAM',
    symptoms: ['gateway-502', 'out-of-memory'],
    words: ['gpu_out_of_memory', 'OutOfMemoryError', 'CUDA out of memory'],
    cause: 'The job ran out of VRAM.',
    fix: byRecipe('preset', 'Use smaller images or a preset that keeps more VRAM free, and end other programs on the GPU.'),
  }),
  replyRule({
    id: 'upstream-no-image',
    title: 'Shim returned no image',
    symptoms: ['gateway-502'],
    words: ['no_picture', 'missing b64', 'b64_json missing'],
    cause: 'The images shim ended the job without an image.',
    fix: onPage('logs', 'Read what InvokeAI logged of the job.', 'invokeai.service'),
    isCertain: false,
  }),
  replyRule({
    id: 'upstream-canceled',
    title: 'Job cancelled in InvokeAI',
    symptoms: ['gateway-502', 'stuck-queue'],
    words: ['generation canceled', 'cancelled in InvokeAI'],
    cause: 'Somebody cancelled the job in InvokeAI, or InvokeAI was restarted meanwhile.',
    fix: byHand('Send the request again.'),
  }),
  replyRule({
    id: 'base64-was-requested',
    title: 'Client asks for base64',
    symptoms: ['base64-instead-of-url'],
    words: ['"response_format":"b64_json"', '"response_format": "b64_json"', 'response_format=b64_json'],
    cause: 'The client asks for base64: its request has response_format b64_json.',
    fix: byHand('Leave response_format out, or set it to url.'),
  }),
  {
    id: 'image-folder-not-writable',
    title: 'Image folder of the gateway not writable',
    symptoms: ['base64-instead-of-url'],
    depth: 'installation',
    test: (evidence) => {
      const folder = need(evidence.gatewayImageFolder);
      const path = '/var/lib/gateway/data/ui_images';
      // UI_IMAGE_DIR, which is not read, may name another folder.
      if (folder === null) {
        return likely('The gateway’s folder for images does not exist, so it returns the image itself as a data: URL.', {
          proof: [proofOf(path, 'no such folder')],
          fix: byRecipe('gateway', 'Make the folder UI_IMAGE_DIR for the user of the gateway.'),
        });
      }
      const fact = `${folder.kind}, mode ${folder.mode}, owner ${folder.owner}:${folder.group}`;
      if (folder.kind === 'link') return need(unknown(`${path} is a link to ${folder.target ?? 'another folder'}`));
      if (folder.kind === 'folder' && mayWrite(folder, 'gateway', ['gateway'])) return ruledOut(`${path}: ${fact}`);
      return likely('The gateway may not write its folder for images, so it returns the image itself as a data: URL.', {
        proof: [proofOf(path, fact)],
        fix: byRecipe('gateway', 'Give the folder UI_IMAGE_DIR to the user of the gateway, mode 750.'),
      });
    },
  },
  {
    id: 'payload-policy-says-base64',
    title: 'Payload policy of the backend',
    symptoms: ['base64-instead-of-url'],
    depth: 'gateway',
    test: (evidence) => {
      const file = need(evidence.gatewayBackends);
      const name = need(evidence.gateway).profile?.imagesClass ?? 'gpu_heavy';
      const block = backendBlock(textOf(file, 'backends_config.yaml'), name) ?? [];
      const line = block.find((one) => one.includes('images_format'));
      if (line === undefined) return ruledOut(`backends_config.yaml has no images_format for ${name}`);
      if (!line.includes('b64')) return ruledOut(`backends_config.yaml: ${line.trim()}`);
      return likely(`The payload policy of ${name} asks for base64; a gateway of a version that enforces it returns no URL.`, {
        proof: [proofOf('backends_config.yaml', line.trim())],
        fix: byRecipe('gateway', 'Set images_format to url, and restart the gateway.'),
      });
    },
  },
  {
    id: 'asked-past-the-gateway',
    title: 'Request sent past the gateway',
    symptoms: ['base64-instead-of-url'],
    depth: 'client',
    test: (evidence) => {
      const { profile } = need(evidence.gateway);
      if (profile !== null) return ruledOut('a gateway is set up; the images shim behind it always returns base64 to it');
      return likely('No gateway is set up: nginx and the images shim return base64 alone, and only the gateway makes URLs.', {
        proof: [proofOf('settings', 'no gateway for this host')],
        fix: onPage('gateway', 'Set up the gateway, and send requests to it.'),
      });
    },
  },
];
