import { isRecord } from '../../../../shared/record.ts';
import { MAX_TEXTS, MAX_TEXTS_BYTES, type PngText } from '../png.ts';
import { parsePythonJson } from './json.ts';

/** Directories with more entries are damaged: cameras write about a hundred. */
const MAX_ENTRIES = 512;
/** Markers of a JPEG, or chunks of a WebP, in front of the pixels. */
const MAX_PARTS = 256;
/** A segment of a JPEG has 64 KiB; a WebP may hold a whole graph of ComfyUI. */
const MAX_VALUE_BYTES = 8 * 1024 * 1024;
const TYPE_BYTES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 7: 1 };
const DESCRIPTION = 0x010e;
const MAKE = 0x010f;
const MODEL = 0x0110;
const EXIF_DIRECTORY = 0x8769;
const USER_COMMENT = 0x9286;

/**
 * The texts of a JPEG or WebP where image programs put parameters, under the keywords that a PNG has for the same: the EXIF user
 * comment (A1111, Forge, Fooocus), camera fields that begin with `prompt:` or `workflow:` (ComfyUI), comments of a JPEG. Null for
 * any other file. At most 64 texts, and together no more bytes than the file has. Linear, and never throws.
 */
export function readExifTexts(data: Buffer): readonly PngText[] | null {
  const start = data.toString('latin1', 0, 12);
  if (start.startsWith('\xff\xd8\xff')) return jpegTexts(data);
  if (start.startsWith('RIFF') && start.endsWith('WEBP')) return webpTexts(data);
  return null;
}

/** JPEG (ITU T.81, B.1): segments of two bytes marker, two bytes length, up to the start of the scan. */
function jpegTexts(data: Buffer): readonly PngText[] {
  const found = createTexts(data);
  let at = 2;
  for (let part = 0; part < MAX_PARTS && at + 4 <= data.length && data[at] === 0xff; part += 1) {
    const marker = data[at + 1] ?? 0;
    const end = at + 2 + data.readUInt16BE(at + 2);
    if (marker === 0xda || end > data.length || end < at + 4) break;
    const body = data.subarray(at + 4, end);
    if (marker === 0xe1 && body.toString('latin1', 0, 6) === 'Exif\0\0') readTiff(body.subarray(6), found);
    if (marker === 0xfe && found.takes(body.length)) found.add(commentTexts(body.toString('utf8').replace(/\0+$/, '')));
    at = end;
  }
  return found.texts;
}

/** WebP (RFC 9649): RIFF chunks with an even length; some programs put `Exif\0\0` in front, as in a JPEG. */
function webpTexts(data: Buffer): readonly PngText[] {
  let at = 12;
  for (let part = 0; part < MAX_PARTS && at + 8 <= data.length; part += 1) {
    const length = data.readUInt32LE(at + 4);
    const body = data.subarray(at + 8, at + 8 + length);
    if (data.toString('latin1', at, at + 4) === 'EXIF') {
      const found = createTexts(data);
      readTiff(body.toString('latin1', 0, 6) === 'Exif\0\0' ? body.subarray(6) : body, found);
      return found.texts;
    }
    at += 8 + length + (length % 2);
  }
  return [];
}

/** The texts of one file. Entries of a damaged directory may all name the same bytes, which would be copied for each. */
interface Texts {
  readonly texts: readonly PngText[];
  /** Whether a value of so many bytes is still read. */
  takes(bytes: number): boolean;
  add(texts: readonly PngText[]): void;
}

function createTexts(file: Buffer): Texts {
  const texts: PngText[] = [];
  let leftBytes = Math.min(file.length, MAX_TEXTS_BYTES);
  return {
    texts,
    takes: (bytes) => {
      if (bytes > leftBytes || texts.length >= MAX_TEXTS) return false;
      leftBytes -= bytes;
      return true;
    },
    add: (added) => {
      texts.push(...added.slice(0, MAX_TEXTS - texts.length));
    },
  };
}

/** Adds the texts of the first directory of a TIFF, and of the EXIF directory that it points to. */
function readTiff(tiff: Buffer, found: Texts): void {
  const order = tiff.toString('latin1', 0, 2);
  if (tiff.length < 14 || (order !== 'II' && order !== 'MM')) return;
  const isLittle = order === 'II';
  const u16 = (at: number): number => (at + 2 > tiff.length ? 0 : isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const u32 = (at: number): number => (at + 4 > tiff.length ? 0 : isLittle ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  let isExifRead = false;
  const readDirectory = (offset: number, isNested: boolean): void => {
    const count = Math.min(MAX_ENTRIES, u16(offset));
    for (let entry = 0; entry < count; entry += 1) {
      const at = offset + 2 + entry * 12;
      if (at + 12 > tiff.length) return;
      const tag = u16(at);
      if (tag === EXIF_DIRECTORY && !isNested && !isExifRead) {
        isExifRead = true;
        readDirectory(u32(at + 8), true);
      }
      const bytes = (TYPE_BYTES[u16(at + 2)] ?? 0) * u32(at + 4);
      if (bytes === 0) continue;
      const from = bytes <= 4 ? at + 8 : u32(at + 8);
      if (tag !== USER_COMMENT && tag !== DESCRIPTION && tag !== MAKE && tag !== MODEL) continue;
      const isRead = bytes <= MAX_VALUE_BYTES && from + bytes <= tiff.length && found.takes(bytes);
      // Fooocus puts the comment into the first directory, where it does not belong.
      if (tag === USER_COMMENT) found.add(isRead ? commentTexts(userComment(tiff.subarray(from, from + bytes))) : [damaged]);
      else if (isRead) found.add(prefixedText(tiff.toString('utf8', from, from + bytes).replace(/\0+$/, '')));
    }
  };
  readDirectory(u32(4), false);
}

const damaged: PngText = { keyword: 'UserComment', text: null };

/** `prompt:{…}` as ComfyUI's nodes write it into fields of a camera; other values of these fields say nothing. */
function prefixedText(value: string): readonly PngText[] {
  const [, keyword, text] = /^(prompt|workflow|parameters):([\s\S]*)$/i.exec(value) ?? [];
  return keyword === undefined || text === undefined ? [] : [{ keyword: keyword.toLowerCase(), text }];
}

/** A comment is a text of parameters, or, of some nodes of ComfyUI, a JSON document of the texts that a PNG has one by one. */
function commentTexts(text: string): readonly PngText[] {
  if (text.trim() === '') return [];
  const root = text.trimStart().startsWith('{') ? parsePythonJson(text) : undefined;
  const parts = ['prompt', 'workflow'].flatMap((keyword) => {
    const part = isRecord(root) ? root[keyword] : undefined;
    return isRecord(part) ? [{ keyword, text: JSON.stringify(part) }] : [];
  });
  return parts.length > 0 ? parts : [{ keyword: 'parameters', text }, ...prefixedText(text)];
}

/** EXIF 4.6.5: eight bytes name the encoding. The byte order of UTF-16 is not named, and most programs write big endian. */
function userComment(value: Buffer): string {
  const code = value.toString('latin1', 0, 8);
  const body = value.subarray(8);
  if (code === 'UNICODE\0') return utf16(body);
  if (code === 'ASCII\0\0\0' || code === 'JIS\0\0\0\0\0' || code === '\0\0\0\0\0\0\0\0') return body.toString('utf8').replace(/\0+$/, '');
  return value.toString('utf8').replace(/\0+$/, '');
}

function utf16(data: Buffer): string {
  const sample = data.subarray(0, 512);
  let [evenZeros, oddZeros] = [0, 0];
  for (const [at, byte] of sample.entries()) {
    if (byte !== 0) continue;
    if (at % 2 === 0) evenZeros += 1;
    else oddZeros += 1;
  }
  const even = Buffer.from(data.subarray(0, data.length - (data.length % 2)));
  // The zero of a Latin letter comes first in big endian.
  return (evenZeros >= oddZeros ? even.swap16() : even).toString('utf16le').replace(/\0+$/, '');
}
