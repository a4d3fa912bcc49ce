/** What a real installation was and how long it took. */
export interface RealInstall {
  readonly versions: readonly (readonly [name: string, version: string])[];
  /** Sizes on the host's disk, in MB of 1,048,576 bytes. */
  readonly sizes: readonly (readonly [what: string, megabytes: number])[];
  readonly times: readonly (readonly [what: string, seconds: number])[];
}

const table = (head: readonly [string, string], rows: readonly (readonly [string, string])[]): string =>
  [head, ['---', '---'] as const, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** The text of docs/real-install.md. */
export function describeRealInstall({ versions, sizes, times }: RealInstall, day: string): string {
  const seconds = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;
  return `# A real installation

\`npm run test:real-install\` (Linux, root, about 12 GB of disk, a network with package indexes) boots a bare Debian without a GPU in this computer's
network, lets the panel set it up, and makes images with a tiny model of random weights on the CPU: through the panel's Models and Playground,
and through nginx and the images shim. It is no part of \`npm test\`. These figures are of ${day}.

${table(['program', 'version'], versions)}

${table(
  ['on disk', 'size'],
  sizes.map(([what, megabytes]) => [what, `${megabytes.toLocaleString('en-US')} MB`]),
)}

${table(
  ['step', 'time'],
  times.map(([what, value]) => [what, seconds(value)]),
)}
`;
}
