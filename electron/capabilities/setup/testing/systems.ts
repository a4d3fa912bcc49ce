/** What tells a system from another: files of it, and what the reader answers of it. */
export interface HostSystem {
  /** os-release(5). */
  readonly osRelease: readonly string[];
  /** Interpreters in /usr/bin with their versions, as the request `python` lists them. */
  readonly pythons: readonly string[];
  /** The first line of `sudo -V`. */
  readonly sudo: string;
  /** Installed packages that recipes need or refer to. */
  readonly packages: readonly string[];
  /** Files by path. */
  readonly files: Readonly<Record<string, string>>;
}

export const DEBIAN_12: HostSystem = {
  osRelease: ['PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"', 'NAME="Debian GNU/Linux"', 'VERSION_ID="12"', 'ID=debian'],
  pythons: ['python3.11 3.11.2', 'python3 3.11.2'],
  sudo: 'Sudo version 1.9.13p3',
  packages: [],
  files: {},
};

export const DEBIAN_13: HostSystem = {
  osRelease: ['PRETTY_NAME="Debian GNU/Linux 13 (trixie)"', 'NAME="Debian GNU/Linux"', 'VERSION_ID="13"', 'ID=debian'],
  pythons: ['python3.13 3.13.5', 'python3 3.13.5'],
  sudo: 'Sudo version 1.9.16p2',
  packages: [],
  files: {},
};

export const UBUNTU_22_04: HostSystem = {
  osRelease: ['PRETTY_NAME="Ubuntu 22.04.5 LTS"', 'NAME="Ubuntu"', 'VERSION_ID="22.04"', 'ID=ubuntu', 'ID_LIKE=debian'],
  pythons: ['python3.10 3.10.12', 'python3 3.10.12'],
  sudo: 'Sudo version 1.9.9',
  packages: ['apparmor', 'git', 'libglib2.0-0', 'python3.10'],
  files: { '/sys/kernel/security/apparmor/features/policy/versions/v8': 'yes\n' },
};

export const UBUNTU_24_04: HostSystem = {
  osRelease: ['PRETTY_NAME="Ubuntu 24.04.3 LTS"', 'NAME="Ubuntu"', 'VERSION_ID="24.04"', 'ID=ubuntu', 'ID_LIKE=debian'],
  pythons: ['python3.12 3.12.3', 'python3 3.12.3'],
  sudo: 'Sudo version 1.9.15p5',
  packages: ['apparmor', 'git', 'libglib2.0-0t64', 'python3.12'],
  files: {
    '/sys/kernel/security/apparmor/features/policy/versions/v8': 'yes\n',
    '/proc/sys/kernel/apparmor_restrict_unprivileged_userns': '1\n',
  },
};

export const UBUNTU_25_10: HostSystem = {
  ...UBUNTU_24_04,
  osRelease: ['PRETTY_NAME="Ubuntu 25.10"', 'NAME="Ubuntu"', 'VERSION_ID="25.10"', 'ID=ubuntu', 'ID_LIKE=debian'],
  pythons: ['python3.13 3.13.7', 'python3 3.13.7'],
  sudo: 'sudo-rs 0.2.8',
  packages: ['apparmor', 'git', 'libglib2.0-0t64', 'python3.13'],
};

/** Files of the nginx that Debian and Ubuntu package; links by target. */
export const NGINX_FILES: Readonly<Record<string, string>> = {
  '/usr/sbin/nginx': '',
  '/etc/nginx/nginx.conf': `user www-data;
worker_processes auto;
include /etc/nginx/modules-enabled/*.conf;
events { worker_connections 768; }
http {
  include /etc/nginx/mime.types;
  include /etc/nginx/conf.d/*.conf;
  include /etc/nginx/sites-enabled/*;
}
`,
  '/etc/nginx/sites-available/default': `server {
  listen 80 default_server;
  listen [::]:80 default_server;
  root /var/www/html;
  server_name _;
  location / { try_files $uri $uri/ =404; }
}
`,
};

/** nginx from the packages of nginx.org: no sites-enabled, and a user of its own. */
export const NGINX_ORG_FILES: Readonly<Record<string, string>> = {
  '/usr/sbin/nginx': '',
  '/etc/nginx/nginx.conf': `user nginx;
events { worker_connections 1024; }
http {
  include /etc/nginx/mime.types;
  include /etc/nginx/conf.d/*.conf;
}
`,
  '/etc/nginx/conf.d/default.conf': 'server {\n  listen 80;\n  server_name localhost;\n  location / { root /usr/share/nginx/html; }\n}\n',
};
