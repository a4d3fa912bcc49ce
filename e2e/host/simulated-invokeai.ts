import { startInvokeAi } from '../../ada2/images-shim/testing/simulated-invokeai.ts';

// In InvokeAI's place on the real host: its API as far as the images shim goes, on its own port.
startInvokeAi({ port: 9090, jobMs: 300, imageBytes: 400_000 }).then(
  ({ url }) => console.log(`Invoke running on ${url}`),
  (cause: unknown) => {
    console.error(cause);
    process.exitCode = 1;
  },
);
