/** `invokeai.service` → `invokeai`: the ending says nothing on a page of services. */
export const shortUnitName = (unit: string): string => unit.replace(/\.service$/, '');
