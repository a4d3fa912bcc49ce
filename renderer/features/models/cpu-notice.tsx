import type { CodedError } from '../../../shared/errors.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';

const RUNS_ON_CPU: CodedError = {
  code: 'invokeai-on-cpu',
  layer: 'backend',
  message: 'InvokeAI runs on the CPU: images take minutes, and the GPU stays idle.',
  hint: 'It sees no GPU, or its PyTorch was installed without CUDA. Check the driver on the GPU page and the start of InvokeAI’s log; an update may have replaced PyTorch.',
  retryable: false,
};

/** Says that InvokeAI computes on the CPU, which otherwise shows only as slow images. */
export function CpuNotice() {
  return <ErrorNotice error={RUNS_ON_CPU} tone="warning" />;
}
