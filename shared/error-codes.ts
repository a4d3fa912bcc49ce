// biome-ignore-all lint/style/noExcessiveLinesPerFile: one list of all error codes
/** First word of the codes of a server that is reached over HTTP. */
export type PeerCode = 'gateway' | 'invokeai' | 'comfyui' | 'shim' | 'nginx' | 'hub';

/** What can be wrong with any server reached over HTTP; its {@link PeerCode} comes first. */
export type HttpFault =
  | 'no-tls'
  | 'unreachable'
  | 'silent'
  | 'slow'
  | 'broke-off'
  | 'reply-too-large'
  | 'handshake-refused'
  | 'client-certificate-required'
  | 'certificate-changed'
  | 'certificate-name-mismatch'
  | 'certificate-not-valid-today'
  | 'certificate-unknown'
  | 'no-such-path'
  | 'garbled'
  | 'refused'
  | 'unexpected-reply';

export type HttpErrorCode = `${PeerCode}-${HttpFault}`;

export type AppErrorCode =
  | 'unexpected'
  | 'bad-input'
  | 'bad-answer'
  | 'input-too-large'
  | 'sender-refused'
  | 'not-confirmed'
  | 'confirmation-open'
  | 'confirmation-outdated'
  | 'runtime-not-confirmed'
  | 'clipboard-not-written'
  | 'no-host-selected'
  | 'host-unknown'
  | 'host-not-open'
  | 'host-id-taken'
  | 'not-the-lab'
  | 'lab-not-started'
  | 'lab-not-running';

export type FileErrorCode =
  | 'disk-full'
  | 'disk-quota-reached'
  | 'disk-read-only'
  | 'disk-failed'
  | 'disk-gone'
  | 'file-not-permitted'
  | 'file-missing'
  | 'file-permission'
  | 'file-failed'
  | 'file-in-the-way'
  | 'file-in-use'
  | 'file-name-too-long'
  | 'file-too-big'
  | 'file-too-large'
  | 'file-link-loop'
  | 'shipped-file-missing'
  | 'too-many-files'
  | 'not-saved'
  | 'history-not-written'
  | 'bundle-gone';

export type SshErrorCode =
  | 'ssh-not-connected'
  | 'ssh-connection-lost'
  | 'ssh-channel-refused'
  | 'ssh-command-timeout'
  | 'ssh-dns-failed'
  | 'ssh-refused'
  | 'ssh-no-route'
  | 'ssh-keepalive-timeout'
  | 'ssh-no-common-algorithm'
  | 'ssh-handshake-failed'
  | 'ssh-failed'
  | 'ssh-timeout'
  | 'ssh-auth-refused'
  | 'ssh-auth-cancelled'
  | 'ssh-sign-in-closed'
  | 'ssh-account-closed'
  | 'ssh-password-expired'
  | 'ssh-too-many-questions'
  | 'ssh-prompt-timeout'
  | 'ssh-bad-argument'
  | 'ssh-bad-alias'
  | 'ssh-bad-host-name'
  | 'ssh-bad-user-name'
  | 'ssh-host-name-with-port'
  | 'ssh-bad-jump'
  | 'ssh-jump-failed'
  | 'ssh-too-many-hops'
  | 'ssh-proxy-command'
  | 'ssh-config-alias-missing'
  | 'ssh-config-ambiguous-path'
  | 'ssh-config-broken'
  | 'ssh-config-needs-openssh'
  | 'ssh-config-not-importable'
  | 'ssh-config-timeout'
  | 'host-key-refused'
  | 'host-key-name-refused'
  | 'host-key-revoked'
  | 'host-key-changed'
  | 'known-hosts-unreadable'
  | 'revoked-keys-unreadable'
  | 'key-cancelled'
  | 'key-passphrase-refused'
  | 'key-path-refused'
  | 'key-unsupported'
  | 'login-shell-unusable'
  | 'login-shell-silent'
  | 'sftp-missing'
  | 'sftp-garbled'
  | 'tunnel-not-allowed'
  | 'tunnel-refused';

export type SudoErrorCode =
  | 'sudo-cancelled'
  | 'sudo-wrong-password'
  | 'sudo-second-factor'
  | 'sudo-not-permitted'
  | 'sudo-needs-terminal'
  | 'sudo-password-expired'
  | 'sudo-timed-out'
  | 'sudo-missing'
  | 'sudo-refused'
  | 'sudoers-bad-input';

export type ServicesErrorCode =
  | 'systemd-absent'
  | 'systemd-unreachable'
  | 'unit-not-found'
  | 'unit-masked'
  | 'service-start-failed'
  | 'service-start-timeout'
  | 'service-action-failed'
  | 'service-action-timeout'
  | 'service-action-superseded'
  | 'service-action-abandoned'
  | 'service-busy';

export type JournalErrorCode = 'journal-unreadable' | 'journal-limited';

export type GpuErrorCode =
  | 'gpu-not-installed'
  | 'gpu-driver-not-running'
  | 'gpu-library-mismatch'
  | 'gpu-nvml-missing'
  | 'gpu-no-devices'
  | 'gpu-lost'
  | 'gpu-no-permission'
  | 'gpu-devices-hidden'
  | 'gpu-unsupported'
  | 'gpu-hanging'
  | 'gpu-bad-output'
  | 'gpu-unknown'
  | 'gpu-warning'
  | 'gpu-inforom-corrupted'
  | 'gpu-persistence-off'
  | 'gpu-out-of-memory';

export type GatewayErrorCode =
  | 'gateway-not-set-up'
  | 'gateway-host-gone'
  | 'gateway-machine-changed'
  | 'gateway-address-unusable'
  | 'gateway-plain-not-allowed'
  | 'gateway-authority-unreadable'
  | 'gateway-models-unreadable'
  | 'gateway-status-unreadable'
  | 'gateway-overload-running'
  | 'gateway-redirects'
  | 'gateway-token-missing'
  | 'gateway-token-refused'
  | 'gateway-address-not-allowed'
  | 'gateway-forbidden'
  | 'gateway-path-unknown'
  | 'gateway-request-too-large'
  | 'gateway-request-refused'
  | 'gateway-overloaded'
  | 'gateway-rate-limited'
  | 'gateway-unavailable'
  | 'gateway-failed'
  | 'gateway-unexpected-status'
  | 'gateway-not-there'
  | 'certificate-ends'
  | 'gateway-backend-not-ready'
  | 'gateway-backend-slow'
  | 'gateway-backend-failed'
  | 'gateway-proxy-tls'
  | 'gateway-proxy-login'
  | 'gateway-proxy-forbids'
  | 'gateway-proxy-rate-limited'
  | 'gateway-proxy-timeout'
  | 'gateway-proxy-cannot-reach'
  | 'gateway-proxy-failed';

export type ModelsErrorCode =
  | 'invokeai-not-there'
  | 'invokeai-too-old'
  | 'invokeai-on-cpu'
  | 'invokeai-login-needed'
  | 'invokeai-login-refused'
  | 'invokeai-setup-needed'
  | 'invokeai-admin-needed'
  | 'disk-too-small'
  | 'install-unchanged'
  | 'install-gone'
  | 'queue-job-gone'
  | 'hf-token-refused'
  | 'hub-cancelled'
  | 'hub-token-refused'
  | 'hub-token-needed'
  | 'hub-forbidden'
  | 'hub-not-found'
  | 'hub-rate-limited'
  | 'hub-redirects'
  | 'hub-failed'
  | 'hub-tools-missing'
  | 'hub-proxy'
  | 'address-not-had'
  | 'repo-not-had'
  | 'source-not-understood'
  | 'path-not-there'
  | 'path-not-readable';

export type ComfyUiErrorCode =
  | 'comfyui-not-there'
  | 'checkpoint-folder-missing'
  | 'checkpoint-folder-read-only'
  | 'checkpoint-folder-unknown'
  | 'checkpoint-folder-not-private'
  | 'checkpoint-state-read-only'
  | 'checkpoint-tools-missing'
  | 'checkpoint-there'
  | 'checkpoint-under-way'
  | 'checkpoint-not-begun'
  | 'checkpoint-address-needed'
  | 'checkpoint-is-a-page'
  | 'checkpoint-is-a-pointer'
  | 'checkpoint-not-safetensors'
  | 'checkpoint-not-found'
  | 'checkpoint-gated'
  | 'checkpoint-server-away';

export type ImagesErrorCode =
  | 'model-not-installed'
  | 'generation-failed'
  | 'generation-cancelled'
  | 'generation-lost'
  | 'scheduler-not-available'
  | 'comfyui-workflow-refused'
  | 'queue-full'
  | 'queue-cleared'
  | 'images-route'
  | 'images-queue-full'
  | 'images-removal-unknown'
  | 'images-sweep'
  | 'images-sheet'
  | 'images-template'
  | 'images-size'
  | 'images-answer-unreadable'
  | 'images-unsaved'
  | 'image-not-returned'
  | 'image-file-missing'
  | 'export-too-large'
  | 'image-unreadable'
  | 'image-too-large'
  | 'gallery-not-written'
  | 'gallery-not-read';

export type DiagnosisErrorCode =
  | 'computer-offline'
  | 'gpu-stale'
  | 'program-not-ready'
  | 'program-unexpected'
  | 'program-not-responding'
  | 'unit-troubled';

export type HostReadErrorCode = 'host-read-failed';

export type CheckErrorCode = 'checks-running' | 'checks-unknown' | 'checks-not-run' | 'checks-gateway-machine';

export type ReportErrorCode = 'report-not-made' | 'report-not-printed';

export type SetupErrorCode =
  | 'setup-step-failed'
  | 'setup-disk-full'
  | 'setup-locked'
  | 'setup-lock-lost'
  | 'setup-changed'
  | 'setup-reverted'
  | 'setup-blocked'
  | 'setup-cancelled'
  | 'setup-not-verified'
  | 'setup-no-answer'
  | 'setup-plan-unknown'
  | 'setup-bad-parameter'
  | 'settings-file-broken'
  | 'backend-class-missing'
  | 'command-line-usage'
  | 'command-line-no-terminal'
  | 'command-line-cancelled';

/** Every code of an error that the panel creates. A misspelt code does not compile. */
export type ErrorCode =
  | DiagnosisErrorCode
  | ReportErrorCode
  | HttpErrorCode
  | AppErrorCode
  | FileErrorCode
  | SshErrorCode
  | SudoErrorCode
  | ServicesErrorCode
  | JournalErrorCode
  | GpuErrorCode
  | GatewayErrorCode
  | ModelsErrorCode
  | ComfyUiErrorCode
  | ImagesErrorCode
  | SetupErrorCode
  | HostReadErrorCode
  | CheckErrorCode;
