/** What a host name or an address may be made of; no program takes it for an option. */
export const HOST_NAME = /^(?!-)[A-Za-z0-9._:%-]{1,255}$/;
/** What a user name of a host may be made of: anything that can be shown and that no program takes for an option. */
export const ACCOUNT_NAME = /^(?!-)[^\p{C}]{1,64}$/u;
/** What a user name may be made of where it is typed before `@host`; domain accounts hold `\` or `@`. */
export const USER_NAME = /^(?!-)[A-Za-z0-9._@\\-]{1,64}$/;
