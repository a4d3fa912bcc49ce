import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** A Python distribution. `name` as it is shown; `requires` in the form of the `Requires-Dist` field. */
export interface Distribution {
  readonly name: string;
  readonly version: string;
  readonly requiresPython?: string;
  readonly requires?: readonly string[];
  readonly extras?: readonly string[];
  /** `command = module:function`. */
  readonly commands?: readonly string[];
  /** By path. */
  readonly files: ReadonlyMap<string, Buffer>;
}

export interface Wheel {
  readonly project: string;
  readonly fileName: string;
  readonly requiresPython: string | null;
  readonly bytes: Buffer;
}

/** The wheel of a distribution of pure Python (the binary distribution format of packaging.python.org), the same bytes for the same content. */
export function buildWheel(distribution: Distribution): Wheel {
  const { name, version, requiresPython = null, requires = [], extras = [], commands = [] } = distribution;
  const project = name.toLowerCase().replaceAll(/[-_.]+/g, '-');
  const stem = `${project.replaceAll('-', '_')}-${version}`;
  const info = `${stem}.dist-info`;
  const metadata = [
    'Metadata-Version: 2.1',
    `Name: ${name}`,
    `Version: ${version}`,
    ...(requiresPython === null ? [] : [`Requires-Python: ${requiresPython}`]),
    ...requires.map((requirement) => `Requires-Dist: ${requirement}`),
    ...extras.map((extra) => `Provides-Extra: ${extra}`),
  ];
  const files = new Map(distribution.files);
  files.set(`${info}/METADATA`, lines(metadata));
  files.set(`${info}/WHEEL`, lines(['Wheel-Version: 1.0', 'Generator: tests', 'Root-Is-Purelib: true', 'Tag: py3-none-any']));
  if (commands.length > 0) files.set(`${info}/entry_points.txt`, lines(['[console_scripts]', ...commands]));
  const record = [...files].map(([path, content]) => {
    const hash = createHash('sha256').update(content).digest('base64url');
    return `${path},sha256=${hash},${content.length}`;
  });
  files.set(`${info}/RECORD`, lines([...record, `${info}/RECORD,,`]));
  return { project, fileName: `${stem}-py3-none-any.whl`, requiresPython, bytes: storedZip(files) };
}

const lines = (all: readonly string[]): Buffer => Buffer.from(`${all.join('\n')}\n`);

const DOS_DATE = ((2025 - 1980) << 9) | (1 << 5) | 1;
const REGULAR_FILE_644 = (0o100644 << 16) >>> 0;

/** A zip archive without compression (APPNOTE.TXT 4.3), all files dated 2025-01-01. */
function storedZip(files: ReadonlyMap<string, Buffer>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of files) {
    const name = Buffer.from(path);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(DOS_DATE, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, content]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(REGULAR_FILE_644, 6);
    rest.writeUInt32LE(offset, 10);
    // Made by Unix, so that the mode counts.
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), common, rest, name]));
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.size, 8);
  end.writeUInt16LE(files.size, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}
