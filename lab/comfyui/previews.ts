/** Kinds of binary messages of ComfyUI's WebSocket. */
const PREVIEW = 1;
const PREVIEW_WITH_METADATA = 4;
const KIND_OF_PNG = 2;

const uint32 = (value: number): Buffer => {
  const data = Buffer.alloc(4);
  data.writeUInt32BE(value);
  return data;
};

/** A preview as ComfyUI frames it; `metadata` only for a client that announced that it takes it. */
export function previewMessage(png: Buffer, metadata: Readonly<Record<string, unknown>> | null): Buffer {
  if (metadata === null) return Buffer.concat([uint32(PREVIEW), uint32(KIND_OF_PNG), png]);
  const text = Buffer.from(JSON.stringify({ ...metadata, image_type: 'image/png' }));
  return Buffer.concat([uint32(PREVIEW_WITH_METADATA), uint32(text.length), text, png]);
}
