/** Where the programs of a host listen unless Settings name another address. */
export const DEFAULT_PORTS = { invokeai: 9090, shim: 9091, nginx: 7860, comfyui: 8188 } as const;
