/** Methods and names that came after Node 12.22; what is called by such a name is looked at, whatever it is called on. */
const METHODS = [
  ...['at', 'replaceAll', 'hasOwn', 'any', 'findLast', 'findLastIndex', 'toSorted', 'toReversed', 'toSpliced', 'groupBy', 'fromAsync'],
  ...['closeAllConnections', 'closeIdleConnections', 'randomUUID', 'isWellFormed', 'toWellFormed', 'withResolvers', 'rm', 'rmSync', 'cp'],
];
const NAMES = [
  ...['fetch', 'AbortController', 'AbortSignal', 'structuredClone', 'WeakRef', 'FinalizationRegistry', 'AggregateError', 'Blob', 'atob'],
  ...['btoa', 'Event', 'EventTarget', 'performance', 'crypto', 'WebSocket', 'FormData', 'Headers', 'ReadableStream'],
];
const MODULES = ['stream/promises', 'timers/promises', 'readline/promises', 'fs/promises', 'test'];

type Tree = Readonly<Record<string, unknown>>;
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

/** What in a program Node 12 does not understand or does not have, in the order it stands there; empty when it would run. */
export function newerThanNode12(program: unknown): readonly string[] {
  const found: string[] = [];
  const declared = new Set<unknown>();
  const check = (node: Tree): void => {
    const { type, operator } = node;
    const key = isTree(node['key']) ? node['key'] : null;
    if (type === 'MethodDefinition' && key?.['type'] === 'PrivateIdentifier') found.push('private-method');
    if (type === 'StaticBlock') found.push('static-block');
    if (type === 'ChainExpression') found.push('optional-chaining');
    if (operator === '??' || operator === '??=' || operator === '||=' || operator === '&&=') found.push(String(operator));
    if (operator === 'in' && isTree(node['left']) && node['left']['type'] === 'PrivateIdentifier') found.push('private-in');
    if (type === 'MetaProperty' || type === 'ImportDeclaration') found.push('module-syntax');
    if (type === 'VariableDeclarator' && isTree(node['id'])) declared.add(node['id']['name']);
    if (type === 'CallExpression' && isTree(node['callee'])) {
      const property = isTree(node['callee']['property']) ? node['callee']['property']['name'] : null;
      if (METHODS.some((name) => name === property)) found.push(`.${String(property)}()`);
      const name = node['callee']['name'];
      if (NAMES.some((newer) => newer === name) && !declared.has(name)) found.push(String(name));
    }
    if (type === 'NewExpression' && isTree(node['callee'])) {
      const name = node['callee']['name'];
      if (NAMES.some((newer) => newer === name)) found.push(String(name));
    }
    if (type === 'Literal' && typeof node['value'] === 'string') {
      const text = node['value'];
      if (text.startsWith('node:')) found.push('node:');
      if (MODULES.includes(text)) found.push(text);
      if (text === 'base64url') found.push('base64url');
    }
    const regex = node['regex'];
    if (isTree(regex) && /[dv]/.test(String(regex['flags']))) found.push('RegExp-flag');
    for (const value of Object.values(node)) {
      if (Array.isArray(value)) for (const entry of value) isTree(entry) && check(entry);
      else if (isTree(value) && typeof value['type'] === 'string') check(value);
    }
  };
  if (isTree(program)) check(program);
  return found;
}
