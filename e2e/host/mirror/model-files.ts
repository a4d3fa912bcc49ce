import { type Contents, fillerBytes, type ServedFile, sha256 } from './content.ts';

const WEIGHTS_BYTES = 2_000_000;
const SDXL_KEY = 'conditioner.embedders.0.transformer.text_model.final_layer_norm.weight';
const SD1_KEY = 'cond_stage_model.transformer.text_model.final_layer_norm.weight';
const CHECKPOINTS = { 'v1-5-pruned-emaonly.safetensors': SD1_KEY, 'sd_xl_base_1.0.safetensors': SDXL_KEY } as const;
export type CheckpointName = keyof typeof CHECKPOINTS;
/** Repositories of the Hugging Face hub, with the pipeline that their index names. */
const REPOSITORIES = {
  'stable-diffusion-v1-5/stable-diffusion-v1-5': 'StableDiffusionPipeline',
  'stabilityai/stable-diffusion-xl-base-1.0': 'StableDiffusionXLPipeline',
};

/** A file in the form of safetensors (length of the header in 8 bytes, header in JSON, weights) with one tensor. */
function safetensors(key: string): Buffer {
  const header = Buffer.from(JSON.stringify({ [key]: { dtype: 'F16', shape: [WEIGHTS_BYTES / 2], data_offsets: [0, WEIGHTS_BYTES] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, fillerBytes(key, WEIGHTS_BYTES)]);
}

/** Checkpoints under /files/, and a hub with the answers that downloads need under /hf/. */
export function addModelFiles(contents: Contents, origin: string): Readonly<Record<CheckpointName, ServedFile>> {
  const add = (name: CheckpointName): ServedFile => {
    const bytes = safetensors(CHECKPOINTS[name]);
    contents.set(`/files/${name}`, { type: 'application/octet-stream', bytes });
    return { url: `${origin}/files/${name}`, bytes: bytes.length, sha256: sha256(bytes) };
  };
  for (const [repository, pipeline] of Object.entries(REPOSITORIES)) {
    const files = {
      'model_index.json': Buffer.from(JSON.stringify({ _class_name: pipeline })),
      'unet/diffusion_pytorch_model.fp16.safetensors': safetensors(pipeline),
    };
    const siblings = Object.keys(files).map((rfilename) => ({ rfilename }));
    const bytes = Buffer.from(JSON.stringify({ id: repository, sha: '0'.repeat(40), siblings }));
    contents.set(`/hf/api/models/${repository}`, { type: 'application/json', bytes });
    for (const [path, content] of Object.entries(files))
      contents.set(`/hf/${repository}/resolve/main/${path}`, { type: 'application/octet-stream', bytes: content });
  }
  return {
    'v1-5-pruned-emaonly.safetensors': add('v1-5-pruned-emaonly.safetensors'),
    'sd_xl_base_1.0.safetensors': add('sd_xl_base_1.0.safetensors'),
  };
}
