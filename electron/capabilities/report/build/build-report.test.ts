import { describe, expect, it } from 'vitest';
import type { Block, ReportDocument } from '../document.ts';
import { piecesOf } from '../report.ts';
import { at, column, constant, hostPast, monitoring, reportData, SPAN } from '../testing/report-data.ts';
import { describeSpan } from '../text.ts';
import { buildReport } from './build-report.ts';
import { percentileOf } from './stretches.ts';

const section = (document: ReportDocument, id: string): readonly Block[] => {
  const found = document.sections.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no section ${id}`);
  return found.blocks;
};
const wordsOf = (blocks: readonly Block[]): string => JSON.stringify(blocks);
const markdown = (document: ReportDocument): string => [...piecesOf(document, 'markdown')].join('');
const html = (document: ReportDocument): string => [...piecesOf(document, 'html')].join('');

const GPU = {
  uuid: 'GPU-1',
  name: 'RTX 6000 Ada',
  memoryTotalMiB: 46_068,
  memoryUsedMiB: column({ 1: [1024, 20_480], 2: [30_720] }),
  utilizationGpuPercent: constant(50, 0, 4, 3),
  temperatureC: constant(61, 0, 4, 3),
  powerDrawW: constant(200, 0, 4, 3),
  runs: [{ gpuUuid: 'GPU-1', pid: 7, name: 'python', unit: 'invokeai.service', startedAt: at(1), endedAt: at(3), peakMiB: 30_720 }],
};

describe('a report', () => {
  it('says gaps as gaps, and draws nothing over them', () => {
    const isUp = column({ ...Object.fromEntries([0, 1, 2, 3, 10, 11].map((hour) => [hour, new Array<number>(120).fill(1)])) });
    const document = buildReport(reportData({ monitoring: monitoring({ links: [{ subject: 'connection', isUp }] }) }));
    const blocks = section(document, 'availability');
    expect(wordsOf(blocks)).toContain(`No data ${describeSpan({ fromMs: at(4), toMs: at(10) })}: the panel was not running`);
    expect(wordsOf(blocks)).toContain('6 h of 2 days');
    const chart = blocks.find((block) => block.kind === 'chart');
    expect(chart?.kind === 'chart' ? chart.chart.lines[0]?.values.filter((value) => value !== null) : []).toHaveLength(6);
    // Two strokes with a hole between them.
    expect(html(document).match(/<path class="line s0"/g)).toHaveLength(2);
  });
  it('counts images and failures by cause, with p50 and p95', () => {
    const requestLog = [
      ...Array.from({ length: 100 }, (_, index) => ({ atMs: at(1), status: 200, elapsedMs: (index + 1) * 100 })),
      ...[429, 429, 503, 400].map((status) => ({ atMs: at(2), status, elapsedMs: 3 })),
    ];
    const document = buildReport(
      reportData({ monitoring: monitoring({ requestLog: { kind: 'read', value: { requests: requestLog, isCut: false } } }) }),
    );
    const text = markdown(document);
    expect(text).toContain('| 100 | 2 × 429: no free slot; 1 × 503: backend not ready; 1 × 400 | 5.00 s | 9.50 s | 10.0 s |');
    expect(text).toContain('Images made | 100');
  });
  it('does not call requests counted that were not read, nor unknown failures none', () => {
    const requests = [{ atMs: at(30), status: 200, elapsedMs: 1 }];
    const none = column({});
    const ofPanel = { accepted: none, rejected429: none, rejected503: none, failed: none, latenciesMs: [], latenciesSinceMs: at(0) };
    const data = monitoring({ requestLog: { kind: 'read', value: { requests, isCut: true } }, requests: ofPanel });
    const text = markdown(buildReport(reportData({ monitoring: data })));
    expect(text).toMatch(/more requests than are read; those before .* are not counted/);
    expect(text).toContain('| Requests of this panel to the gateway | unknown | unknown |');
  });
  it('has the peak of VRAM, of each program and of each image', () => {
    const images = {
      total: 1,
      elapsedMs: [4_000],
      newest: [{ createdAtMs: at(2), elapsedMs: 4_000, model: 'sdxl', size: '1024 × 1024', route: 'gateway', peakMiB: 30_720 }],
    };
    const text = markdown(buildReport(reportData({ monitoring: monitoring({ gpus: [GPU], images: { kind: 'read', value: images } }) })));
    expect(text).toContain('| VRAM in use | 1.0 GiB | 17.0 GiB | 30.0 GiB |');
    expect(text).toContain('VRAM peak | 30.0 GiB of 45.0 GiB');
    expect(text).toMatch(/python \| invokeai.service \| 7 \| .* \| 30.0 GiB/);
    expect(text).toMatch(/1024 × 1024 \| sdxl \| gateway \| 4.00 s \| 30.0 GiB/);
  });
  it('takes the uptime of units from the host where the panel was away', () => {
    const past = hostPast({
      units: [
        {
          name: 'invokeai.service',
          isCut: false,
          isDisabled: false,
          activeState: 'active',
          changes: [
            { atMs: at(10), kind: 'down', text: 'Main process exited' },
            { atMs: at(12), kind: 'started', text: 'Started' },
          ],
        },
      ],
    });
    const document = buildReport(reportData({ monitoring: monitoring({ hostPast: { kind: 'read', value: past } }) }));
    expect(wordsOf(section(document, 'availability'))).toContain('["Service invokeai.service","95.8 %","2 days of 2 days"');
    expect(wordsOf(section(document, 'restarts'))).toContain('"Restarted","unknown","2 h","Main process exited"');
  });
  it('says how the clock of the host stands to that of this computer', () => {
    const clockOf = (clockOffsetMs: number | null) => {
      const facts = section(buildReport(reportData({ monitoring: monitoring({ clockOffsetMs }) })), 'summary').find(
        (block) => block.kind === 'facts',
      );
      return facts?.kind === 'facts' ? facts.rows.find(([label]) => label === 'Clock of the host')?.[1] : undefined;
    };
    expect([40, -90_000, null].map(clockOf)).toEqual([
      'less than 1 s off this computer’s',
      '1 min 30 s behind this computer’s; times of the host are corrected',
      'unknown; times of the host are those of its own clock',
    ]);
  });
  it('calls unknown what was not read', () => {
    const document = buildReport(
      reportData({ monitoring: monitoring({ hostPast: { kind: 'unknown', reason: 'the host is not connected.' } }) }),
    );
    const words = wordsOf(section(document, 'summary'));
    for (const label of ['Images failed', 'VRAM peak', 'Restarts of units', 'Checks']) expect(words).toContain(`["${label}","unknown"]`);
    expect(wordsOf(section(document, 'restarts'))).toContain('Restarts are unknown: the host is not connected.');
    expect(wordsOf(section(document, 'gpu'))).toContain('No GPU readings');
  });
  it('lists open remedies, the worst and oldest first, with since when', () => {
    const result = (id: string, verdict: 'fail' | 'warn' | 'pass', since: number) => ({
      id,
      verdict,
      summary: `${id} found`,
      evidence: [],
      remedy: { text: `fix ${id}`, recipe: id === 'b' ? 'nginx' : null },
      takenAt: at(40),
      elapsedMs: 1,
      since,
    });
    const results = [result('a', 'warn', at(1)), result('b', 'fail', at(5)), result('c', 'fail', at(2)), result('d', 'pass', at(0))];
    const blocks = section(buildReport(reportData({ monitoring: null, checks: { infos: [], results, history: [] } })), 'remedies');
    const table = blocks.find((block) => block.kind === 'table');
    expect(table?.kind === 'table' ? table.rows.map((row) => row[0]) : []).toEqual(['c (c)', 'b (b)', 'a (a)']);
    expect(wordsOf(blocks)).toContain('fix b (recipe nginx)');
  });
  it('documents the configuration alone', () => {
    const host = {
      facts: [['NVIDIA driver', '580.126.09'] as const],
      units: [
        {
          name: 'invokeai.service',
          state: new Map([
            ['LoadState', 'loaded'],
            ['ActiveState', 'active'],
            ['SubState', 'running'],
          ]),
        },
      ],
      listeners: [{ address: '127.0.0.1', port: 9090, process: null }],
      files: [{ path: '/etc/ada-images-shim/shim.env', text: { kind: 'unknown', reason: 'the login may not read it' } as const }],
    };
    const recipes = [{ id: 'nginx', title: 'nginx', standing: { state: 'changes' as const, changes: 2, reason: null, takenAt: at(1) } }];
    const configuration = { host: { kind: 'read', value: host }, gateway: { kind: 'unknown', reason: 'not set up.' }, recipes } as const;
    const document = buildReport(reportData({ monitoring: null, configuration }));
    expect(document.title).toBe('Configuration of ada2');
    expect(document.sections.map(({ id }) => id)).toEqual(['remedies', 'configuration', 'gateway-configuration', 'differences']);
    const text = markdown(document);
    for (const fact of [
      '580.126.09',
      '| invokeai.service | active running',
      '| 9090 | 127.0.0.1 |',
      'shim.env: the login may not read it',
      '| nginx | Differs | 2 changes |',
    ])
      expect(text).toContain(fact);
  });
  it('computes percentiles by the nearest rank', () => {
    expect(percentileOf([], 0.5)).toBeNull();
    expect([0, 0.5, 0.95, 1].map((part) => percentileOf([40, 10, 20, 30], part))).toEqual([10, 20, 40, 40]);
  });
});

describe('what hosts and servers say', () => {
  const SECRETS = {
    known: 'hf_abcdefghijklmnop1234',
    variable: 'geheim-4711-zweimal',
    header: 'Zm9vOmJhcg==topsecret',
    password: 'pw-9f8e7d6c',
    yaml: 'yaml-secret-of-2-lines',
    quoted: 'kurz-gesagt',
    held: 'held-by-the-panel',
  };
  const evil = `<script>alert(1)</script> | \`x\` [l](javascript:alert(2)) <img src=x onerror=alert(3)> "' ${SECRETS.known} https://u:${SECRETS.password}@h/\n# Heading`;
  const lines = [
    '```',
    `GATEWAY_BEARER_TOKENS=${SECRETS.variable}`,
    `Environment="HF_TOKEN=${SECRETS.variable}"`,
    `  proxy_set_header Authorization "Basic ${SECRETS.header}";`,
    `Authorization: Bearer ${SECRETS.header}`,
    '</pre><script>alert(4)</script>',
  ].join('\n');
  const file = [lines, 'remote_api_tokens:', '  - token:', `      ${SECRETS.yaml}`, `api_key: "${SECRETS.quoted}"`].join('\n');
  const events = [{ kind: 'gateway' as const, subject: evil, at: at(1), state: evil, detail: evil }];
  const past = hostPast({
    units: [{ name: evil, isCut: true, isDisabled: false, activeState: 'active', changes: [{ atMs: at(2), kind: 'down', text: evil }] }],
    xids: [{ at: at(3), busId: evil, xid: 79, text: evil, meaning: evil, advice: evil } as never],
    commands: [{ atMs: at(2), user: evil, command: `${evil} ${SECRETS.variable} ${SECRETS.held}` }],
  });
  const machine = {
    facts: [[evil, evil] as const, ['HF_TOKEN', SECRETS.variable] as const],
    units: [
      {
        name: evil,
        state: new Map([
          ['ActiveState', evil],
          ['FragmentPath', evil],
        ]),
      },
    ],
    listeners: [{ address: evil, port: 1, process: evil }],
    files: [{ path: evil, text: { kind: 'read', value: file } as const }],
  };
  const document = buildReport(
    reportData({
      hostLabel: evil,
      hostName: evil,
      monitoring: monitoring({
        links: [{ subject: `backend ${evil}`, isUp: constant(1, 0, 4, 10) }],
        gpus: [{ ...GPU, name: evil, uuid: evil, runs: GPU.runs.map((run) => ({ ...run, name: evil, unit: evil })) }],
        events,
        hostPast: { kind: 'read', value: past },
        requestLog: { kind: 'unknown', reason: evil },
        images: {
          kind: 'read',
          value: {
            total: 1,
            elapsedMs: [],
            newest: [{ createdAtMs: at(1), elapsedMs: null, model: evil, size: evil, route: evil, peakMiB: null }],
          },
        },
        incidents: {
          kind: 'read',
          value: {
            incidents: [
              {
                id: 'i',
                kind: 'xid',
                severity: 'critical',
                beginMs: at(1),
                endMs: null,
                cut: { begin: false, end: false },
                gpuUuid: null,
                unit: evil,
                who: evil,
                summary: evil,
                evidence: [evil, lines],
              },
            ],
            isCapped: false,
            unread: [evil],
          },
        },
      }),
      configuration: {
        host: { kind: 'read', value: machine },
        gateway: { kind: 'unknown', reason: evil },
        recipes: [{ id: 'x', title: evil, standing: { state: 'blocked', changes: 0, reason: evil, takenAt: at(1) } }],
      },
      checks: {
        infos: [],
        results: [
          {
            id: 'evil',
            verdict: 'fail',
            summary: evil,
            evidence: [evil],
            remedy: { text: evil, recipe: evil },
            takenAt: at(1),
            elapsedMs: 1,
            since: at(1),
          },
        ],
        history: [],
      },
    }),
    [SECRETS.held],
  );

  it('holds no secret in either format', () => {
    for (const text of [markdown(document), html(document)]) {
      for (const [name, secret] of Object.entries(SECRETS)) expect(text.includes(secret), name).toBe(false);
    }
  });
  it('is no markup in HTML: no element, no attribute, no script', () => {
    const text = html(document);
    const elements = new Set([...text.matchAll(/<([a-z]+)/g)].map(([, name]) => name));
    for (const name of ['script', 'img', 'iframe', 'a', 'link', 'object', 'form', 'use', 'image'])
      expect(elements.has(name), name).toBe(false);
    // What stands in quotes is a value.
    const tags = text.replaceAll(/="[^"]*"/g, '=""');
    expect(tags).not.toMatch(/<[^>]*\son[a-z]+=/);
    expect(tags).not.toMatch(/<[^>]*\s(?:src|href)=/);
    expect(text).toContain('&lt;script&gt;alert(1)');
    expect(text).toContain('default-src &#39;none&#39;');
  });
  it('is no markup in Markdown: no HTML, no link, no further cell, no end of a block of code', () => {
    const text = markdown(document);
    const outside = text.replaceAll(/^(`{3,})\n[\s\S]*?\n\1$/gm, '');
    expect(outside).not.toMatch(/(?<!\\)<(?:script|img)/);
    expect(outside).not.toMatch(/(?<!\\)\]\(/);
    expect(outside).not.toMatch(/^# Heading/m);
    expect(outside).not.toMatch(/^<\/pre>/m);
    const cells = (row: string): number => row.split(/(?<!\\)\|/).length;
    for (const table of outside.split('\n\n').filter((part) => part.startsWith('|'))) {
      const rows = table.split('\n');
      expect(new Set(rows.map(cells)).size, rows[0]).toBe(1);
    }
  });
  it('keeps to the span', () => {
    expect(document.facts.some(([, value]) => value.includes(describeSpan(SPAN)))).toBe(true);
  });
});
