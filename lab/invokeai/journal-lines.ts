import { invokeLine } from '../systemd/unit-definitions.ts';

/** Printed in one go with line breaks: journald makes a record of each line, the colour is on the first one only. */
export function statisticsLines(
  session: string,
  o: { readonly denoiseMs: number; readonly totalMs: number; readonly vramMiB: number },
): readonly string[] {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(3)}s`.padStart(9);
  const vram = `${(o.vramMiB / 1024).toFixed(3)}G`;
  return [
    `\u001b[38;20m[{time}]::[InvokeAI]::INFO --> Graph stats: ${session}`,
    '                          Node   Calls   Seconds  VRAM Used',
    `                  model_loader       1 ${seconds(4)}     0.000G`,
    `                       denoise       1 ${seconds(o.denoiseMs)}    ${vram}`,
    `                           l2i       1 ${seconds(Math.max(0, o.totalMs - o.denoiseMs))}    ${vram}`,
    `TOTAL GRAPH EXECUTION TIME: ${seconds(o.totalMs)}`,
    `RAM used by InvokeAI process: 3.05G${'\u001b[0m'}`,
  ];
}

const PROCESSOR =
  '  File "/var/lib/invokeai/venv/lib/python3.11/site-packages/invokeai/app/services/session_processor/session_processor_default.py", line 129, in run_node';
export const OUT_OF_MEMORY =
  'CUDA out of memory. Tried to allocate 4.50 GiB. GPU 0 has a total capacity of 44.39 GiB of which 1.21 GiB is free.';

/** How a session that failed shows in the log, and its traceback as the queue keeps it. */
export function failureLines(
  session: string,
  nodeType: string,
  error: { readonly type: string; readonly message: string },
): readonly string[] {
  return [invokeLine('ERROR', `Error while invoking session ${session}, invocation ${nodeType}:`), ...tracebackLines(error)];
}

export function tracebackLines(error: { readonly type: string; readonly message: string }): readonly string[] {
  const isMemory = error.type === 'OutOfMemoryError';
  return [
    'Traceback (most recent call last):',
    PROCESSOR,
    '    output = invocation.invoke_internal(context=context, services=self._services)',
    ...(isMemory
      ? [
          '  File "/var/lib/invokeai/venv/lib/python3.11/site-packages/torch/nn/modules/conv.py", line 549, in _conv_forward',
          '    return F.conv2d(',
        ]
      : []),
    `${isMemory ? 'torch.' : ''}${error.type}: ${error.message}`,
  ];
}
