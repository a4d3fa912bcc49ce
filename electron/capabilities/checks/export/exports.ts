import type { CHECK_EXPORTS } from '../../../../shared/capabilities/checks/contract.ts';
import { writeJson } from './json.ts';
import { writeJUnit } from './junit.ts';
import { writeMarkdown } from './markdown.ts';
import type { CheckReport } from './report.ts';

/** How results are written to a file, by format. */
export const EXPORTS: Readonly<
  Record<(typeof CHECK_EXPORTS)[number], { readonly extension: string; readonly write: (report: CheckReport) => string }>
> = {
  markdown: { extension: 'md', write: writeMarkdown },
  junit: { extension: 'xml', write: writeJUnit },
  json: { extension: 'json', write: writeJson },
};
