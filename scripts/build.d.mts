/** Builds everything into out/; resolves with false where `ifNeeded` found nothing changed. */
export function build(o?: { readonly ifNeeded?: boolean }): Promise<boolean>;
