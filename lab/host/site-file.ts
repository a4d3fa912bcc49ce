/** The main file of Ubuntu's nginx. */
export const NGINX_CONF = `user www-data;
worker_processes auto;
pid /run/nginx.pid;
include /etc/nginx/modules-enabled/*.conf;

events {
	worker_connections 768;
}

http {
	sendfile on;
	include /etc/nginx/mime.types;
	default_type application/octet-stream;
	access_log /var/log/nginx/access.log;
	include /etc/nginx/conf.d/*.conf;
	include /etc/nginx/sites-enabled/*;
}
`;

/** The site that the package brings. */
export const DEFAULT_SITE = `server {
	listen 80 default_server;
	root /var/www/html;
	index index.html index.nginx-debian.html;
	server_name _;
	location / {
		try_files $uri $uri/ =404;
	}
}
`;

/** The site of a host that somebody set up by hand, with /healthz under two content types. */
export const IMAGES_SITE = `server {
    listen 0.0.0.0:7860;
    client_max_body_size 64m;
    # The gateway's machine.
    allow 127.0.0.1;
    allow 192.168.20.2;
    deny all;
    location /healthz {
        add_header Content-Type text/plain;
        return 200 'ok\\n';
    }
    location /readyz {
        proxy_method GET;
        proxy_read_timeout 5s;
        proxy_pass http://127.0.0.1:9091;
    }
    location = /v1/images/generations {
        proxy_read_timeout 300s;
        proxy_pass http://127.0.0.1:9091;
    }
    location = /v1/models {
        proxy_read_timeout 30s;
        proxy_pass http://127.0.0.1:9091;
    }
    location /v1/ {
        proxy_read_timeout 300s;
        proxy_pass http://127.0.0.1:9090/api/v1/;
    }
    location / {
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
        proxy_read_timeout 300s;
        proxy_pass http://127.0.0.1:9090;
    }
}
`;
