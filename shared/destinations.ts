/** What a host name or an address may be made of. */
export const HOST_NAME = /^[A-Za-z0-9._:%-]{1,255}$/;
/** What a user name may be made of; domain accounts hold `\` or `@`. */
export const USER_NAME = /^[A-Za-z0-9._@\\-]{1,64}$/;
