import type { CodedError } from '../../../shared/errors.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';

const RUNS_ON_CPU: CodedError = {
  code: 'invokeai-on-cpu',
  layer: 'backend',
  message: 'InvokeAI runs on the CPU: images take minutes, and the GPU stays idle.',
  hint: 'Check the driver on the GPU page, and whether InvokeAI’s PyTorch was installed with CUDA; an update may have replaced it.',
  retryable: false,
};

/** Warns that InvokeAI runs on the CPU, which otherwise shows only as slow images. */
export function CpuNotice() {
  return <ErrorNotice error={RUNS_ON_CPU} tone="warning" />;
}
