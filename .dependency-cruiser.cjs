/** The floors of the house: who may import whom. A broken rule names the right door. */
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const test = '\\.test(-d)?\\.tsx?$';
/** Rooms in rows from above to below: each imports only those of lower rows. */
const downwards = (folder, rows) =>
  rows.flatMap((row, depth) =>
    row.map((name) =>
      rule(
        `${folder.split('/').at(-1)}-${name}-looks-down`,
        `A room of ${folder} imports only those of lower rows: ${rows.map((names) => names.join(', ')).join(' → ')}.`,
        { path: `^${folder}/${name}/`, pathNot: test },
        {
          path: `^${folder}/(${rows
            .slice(0, depth + 1)
            .flat()
            .filter((other) => other !== name)
            .join('|')})/`,
        },
      ),
    ),
  );
module.exports = {
  forbidden: [
    rule('no-circular', 'A circle: move what both need to the floor below.', {}, { circular: true }),
    rule(
      'shared-is-the-ground',
      'shared/ imports zod and itself, nothing else.',
      { path: '^shared/', pathNot: test },
      { pathNot: '^(shared/|node_modules/zod/)' },
    ),
    rule(
      'electron-stands-on-shared',
      'electron/ imports shared/ only; the renderer speaks through the contract.',
      { path: '^electron/', pathNot: test },
      { path: '^(renderer|lab|e2e|bench|ada2)/' },
    ),
    rule(
      'renderer-stands-on-shared',
      'renderer/ imports shared/ only; go through renderer/bridge.ts.',
      { path: '^renderer/', pathNot: test },
      { path: '^(electron|lab|e2e|bench|ada2)/' },
    ),
    rule(
      'renderer-has-no-node',
      'The renderer is a web page: no Node, no Electron.',
      { path: '^renderer/', pathNot: test },
      { dependencyTypes: ['core'] },
    ),
    rule(
      'lab-stands-on-shared',
      'lab/ imports shared/ (and the real shim in ada2/images-shim) only.',
      { path: '^lab/', pathNot: test },
      { path: '^(electron|renderer|e2e|bench)/' },
    ),
    rule(
      'ada2-stands-on-shared',
      'ada2/ is what runs on the host: shared/ and Node, nothing else; what its tests need is in testing/.',
      { path: '^ada2/', pathNot: `${test}|/testing/` },
      { path: ['^(electron|renderer|lab|e2e|bench)/', 'node_modules/'] },
    ),
    rule(
      'electron-only-in-shell',
      "Only electron/app, main.ts and preload.ts import 'electron'; everything else is plain Node.",
      { path: '^(electron|shared|lab)/', pathNot: '^electron/(app/|main\\.ts|preload\\.ts)' },
      { path: '^node_modules/electron/' },
    ),
    rule(
      'foundation-knows-no-capability',
      'electron/foundation is what every capability stands on; it knows none of them.',
      { path: '^electron/foundation/', pathNot: test },
      { path: '^electron/(app|capabilities)/' },
    ),
    rule(
      'capabilities-know-no-app',
      'A capability is plain Node and is composed by electron/app; it never imports it.',
      { path: '^electron/capabilities/', pathNot: test },
      { path: '^electron/app/' },
    ),
    rule(
      'cli-is-the-top',
      'electron/cli composes capabilities for a terminal, as electron/app does for the window; neither is imported by the other, nor by a capability. checks-program.ts is both, without a window.',
      { path: '^electron/(app|capabilities|foundation)/|^electron/[a-z]+\\.ts$', pathNot: test },
      { path: '^electron/cli/' },
    ),
    rule(
      'testing-only-in-tests',
      'electron/testing and lab/testing are for tests.',
      { path: '^(electron|renderer|lab|shared)/', pathNot: `${test}|/testing/` },
      { path: '/testing/' },
    ),
    ...downwards('electron/capabilities', [
      ['troubleshooting', 'support'],
      ['report'],
      ['checks'],
      ['diagnosis', 'setup'],
      ['hosts', 'comfyui', 'images', 'models', 'probes'],
      ['incidents'],
      ['services', 'gateway'],
      ['gpu', 'gallery'],
      ['journal'],
      ['facts', 'history', 'backends', 'library', 'settings', 'prompts', 'notices'],
    ]),
    ...downwards('lab', [['past'], ['sshd'], ['programs'], ['host'], ['gateway', 'invokeai', 'comfyui'], ['systemd'], ['base']]),
    rule(
      'features-know-no-shell',
      'renderer/shell composes the features; a feature never imports it.',
      { path: '^renderer/(features|stores|ui|commands)/', pathNot: test },
      { path: '^renderer/(shell/|app\\.tsx|main\\.tsx|pages\\.tsx)' },
    ),
    rule(
      'stores-know-no-features',
      'Stores hold what features show; they never import them.',
      { path: '^renderer/(stores|ui|commands)/', pathNot: test },
      { path: '^renderer/features/' },
    ),
    rule(
      'ui-knows-no-stores',
      'renderer/ui draws what it is given.',
      { path: '^renderer/ui/', pathNot: test },
      { path: '^renderer/(stores|commands)/' },
    ),
    rule(
      'ssh2-only-in-ssh',
      'Only electron/foundation/ssh imports ssh2 (the lab is a server of its own); use the Transport.',
      { path: '^(electron|renderer|shared)/', pathNot: '^electron/foundation/ssh/|^electron/testing/' },
      { path: '^node_modules/ssh2/' },
    ),
    rule(
      'recharts-only-in-time-series',
      'Charts go through renderer/ui/time-series.',
      { path: '^renderer/', pathNot: '^renderer/ui/time-series' },
      { path: '^node_modules/recharts/' },
    ),
    rule(
      'react-table-only-in-data-table',
      'Tables go through renderer/ui/data-table.tsx.',
      { path: '^renderer/', pathNot: '^renderer/ui/data-table\\.tsx$' },
      { path: '^node_modules/@tanstack/react-table/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.cjs', '.mjs', '.json', '.d.ts'],
    },
  },
};
