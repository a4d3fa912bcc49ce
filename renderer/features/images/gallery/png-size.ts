/** Width and height in the first 24 bytes of a PNG (PNG specification, 11.2.1); null for any other file. */
export function pngSizeOf(head: Uint8Array): { readonly width: number; readonly height: number } | null {
  if (head.length < 24 || head[0] !== 0x89 || head[1] !== 0x50 || head[12] !== 0x49) return null;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const size = { width: view.getUint32(16), height: view.getUint32(20) };
  return size.width === 0 || size.height === 0 ? null : size;
}
