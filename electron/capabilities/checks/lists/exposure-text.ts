/** Sentences of the checks of what other machines reach. */
export const EXPOSURE_TEXT = {
  refused: (port: number) => `Port ${port} refuses this computer`,
  silent: (port: number) => `Port ${port} does not respond to this computer`,
  unknown: (reason: string) => `It cannot be tried from this computer: ${reason}`,
  openSsh: 'Connect to the host without a jump host to try it.',
  tried: (place: string) => `tried ${place} from this computer, not through SSH`,
  openSilent: (port: number, name: string) =>
    `Port ${port} accepts connections from this computer, and ${name} did not respond to a request`,

  invokeAiOpen: 'This computer can use InvokeAI over the network without a login',
  invokeAiLogin: 'This computer reaches InvokeAI over the network, which asks for a login',
  invokeAiLoopback: 'Apply InvokeAI in Setup, which has it listen on the host itself.',
  shimOpen: 'This computer can make images through the images shim over the network, which knows no login',
  shimLoopback: 'Set SHIM_HOST=127.0.0.1 by applying the images shim in Setup.',
  comfyUiOpen: 'This computer can use ComfyUI over the network, which knows no login and can run any node',
  comfyUiLoopback: 'Apply ComfyUI in Setup, which has it listen on the host itself.',

  nginxRestricted: 'nginx accepts this computer and refuses it everything but /healthz',
  nginxPassword: 'nginx serves images to this computer over the network, and asks for a password for the user interface',
  nginxImages: 'nginx serves images to this computer over the network, as a gateway on another machine needs it, and no user interface',
  nginxUi: 'This computer can use the user interface through nginx without a login, and nginx names no networks that may',
  nginxAllowed: (networks: string) => `nginx lets in ${networks} alone; this computer is among them`,
  nginxUiUnread: 'This computer can use the user interface through nginx without a login; which networks nginx lets in could not be read',
  restrict: 'In Setup, apply nginx with the networks that may use it, such as the address of the gateway.',

  gatewayToken: (status: number) => `The gateway can be reached, and refuses requests without a token (${status})`,
  gatewayOpen: 'This computer can use the gateway over the network without a token',
  setToken: 'Set GATEWAY_BEARER_TOKEN in the environment of the gateway, then restart it.',
  gatewayElsewhere: 'Port 8800 is open, and no gateway is set up for this host to ask',
  setUpGateway: 'Set up the gateway on the Gateway page, or close the port.',
  gatewayOther: (status: number) => `The gateway responded with ${status} to a request without a token`,
  observerOpen: 'This computer can read state and metrics of the gateway over the network, which knows no login there',
  observerLoopback: 'Set OBSERVABILITY_HOST=127.0.0.1 in the environment of the gateway, then restart it.',
  portOpen: (port: number, name: string) => `Port ${port} accepts this computer, and what responds there is not ${name}`,
  closePort: 'Check which program listens on the port.',
} as const;
