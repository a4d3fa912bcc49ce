/** Sentences of the checks of what other machines reach. */
export const EXPOSURE_TEXT = {
  refused: (port: number) => `Port ${port} refuses this computer`,
  silent: (port: number) => `Port ${port} does not respond to this computer`,
  unknown: (reason: string) => `It cannot be tried from this computer: ${reason}`,
  openSsh: 'Connect to the host without a jump host to try it.',
  tried: (place: string) => `tried ${place} from this computer, not through SSH`,
  openSilent: (port: number, name: string) =>
    `Port ${port} accepts connections from this computer, and ${name} did not respond to a request`,

  invokeAiOpen: 'Every machine of the network can use InvokeAI without a login',
  invokeAiLogin: 'Every machine of the network reaches InvokeAI, which asks for a login',
  invokeAiLoopback: 'Apply InvokeAI in Setup, which has it listen on the host itself.',
  shimOpen: 'Every machine of the network can make images through the images shim, which knows no login',
  shimLoopback: 'Set SHIM_HOST=127.0.0.1 by applying the images shim in Setup.',
  comfyUiOpen: 'Every machine of the network can use ComfyUI, which knows no login and can run any node',
  comfyUiLoopback: 'Apply ComfyUI in Setup, which has it listen on the host itself.',

  nginxRestricted: 'nginx accepts this computer and refuses it everything but /healthz',
  nginxPassword: 'nginx serves images to every machine of the network, and asks for a password for the user interface',
  nginxImages: 'nginx serves images to every machine of the network, which a gateway on another machine needs, and no user interface',
  nginxUi: 'Every machine of the network can use the user interface through nginx without a login',
  restrict: 'In Setup, apply nginx with the networks that may use it, such as the address of the gateway.',

  gatewayToken: (status: number) => `The gateway can be reached, and refuses requests without a token (${status})`,
  gatewayOpen: 'Every machine of the network can use the gateway without a token',
  setToken: 'Set GATEWAY_BEARER_TOKEN in the environment of the gateway, then restart it.',
  gatewayElsewhere: 'Port 8800 is open, and no gateway is set up for this host to ask',
  setUpGateway: 'Set up the gateway on the Gateway page, or close the port.',
  gatewayOther: (status: number) => `The gateway responded with ${status} to a request without a token`,
  observerOpen: 'Every machine of the network can read state and metrics of the gateway, which knows no login there',
  observerLoopback: 'Set OBSERVABILITY_HOST=127.0.0.1 in the environment of the gateway, then restart it.',
  portOpen: (port: number, name: string) => `Port ${port} accepts this computer, and what responds there is not ${name}`,
  closePort: 'Check which program listens on the port.',
} as const;
