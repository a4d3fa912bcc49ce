import { panelError } from '../../../shared/errors.ts';

export const reportNotMadeError = () =>
  panelError({
    code: 'report-not-made',
    layer: 'panel',
    message: 'There is no report of this host to save.',
    hint: 'Make the report first.',
    retryable: false,
  });

export const reportNotPrintedError = (detail: string) =>
  panelError({
    code: 'report-not-printed',
    layer: 'panel',
    message: 'The report could not be printed to PDF.',
    hint: 'Save it as HTML and print it from a browser.',
    retryable: true,
    detail,
  });
