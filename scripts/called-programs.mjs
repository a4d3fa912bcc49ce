// Finds which programs of the operating system the tests and their helpers start.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';
import { ROOT } from './output.mjs';

const FOLDERS = ['ada2', 'bench', 'e2e', 'electron', 'fixtures', 'lab', 'renderer', 'scripts', 'shared'];
/** Files whose calls run on the machine that runs the tests. */
const IS_TEST_CODE = /(\.test\.tsx?|\.spec\.ts|\.bench\.ts|\.fixture\.ts)$|^(e2e|bench)\/|\/testing\/|\/test-[a-z-]+\.ts$/;
/** Functions that start the program named first, `f('program', …)` or `f(['program', …])`. */
const STARTERS = new Set(['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'must', 'isInstalled', 'findProgram']);

/** Every test file and helper below `root`, relative to it. */
function testFiles(root) {
  return FOLDERS.flatMap((folder) => {
    let names = [];
    try {
      names = readdirSync(join(root, folder), { recursive: true });
    } catch {
      // A folder that this version does not have.
    }
    return names.map((name) => [folder, ...name.split(sep)].join('/'));
  }).filter((file) => /\.tsx?$/.test(file) && IS_TEST_CODE.test(file));
}

/** The programs that a source text starts by a literal name: in the call, or in a constant of the file. */
export function programsCalledIn(text) {
  const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true);
  const constants = new Map();
  const found = new Set();
  const add = (value) => {
    // A command line begins with its program; "/usr/sbin/sshd" is sshd; "bash -c …" of a variable is unknown.
    const program = value.trim().split(/\s/)[0]?.split('/').at(-1);
    if (program !== undefined && /^[\w.+-]+$/.test(program)) found.add(program);
  };
  const read = (node) => {
    if (node === undefined) return;
    if (ts.isStringLiteralLike(node)) add(node.text);
    else if (ts.isTemplateExpression(node)) add(node.head.text);
    else if (ts.isArrayLiteralExpression(node)) read(node.elements[0]);
    else if (ts.isConditionalExpression(node)) {
      read(node.whenTrue);
      read(node.whenFalse);
    } else if (ts.isAsExpression(node) || ts.isParenthesizedExpression(node)) read(node.expression);
    else if (ts.isIdentifier(node) && constants.has(node.text)) read(constants.get(node.text));
  };
  const visit = (node) => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined) {
      if (ts.isStringLiteralLike(node.initializer)) constants.set(node.name.text, node.initializer);
    }
    if (ts.isCallExpression(node)) {
      const callee = node.expression;
      // Only plain calls: `transport.exec([...])` runs on a host.
      if (ts.isIdentifier(callee) && STARTERS.has(callee.text)) read(node.arguments[0]);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** program → the files that start it. */
export function calledPrograms(root = ROOT) {
  const called = new Map();
  for (const file of testFiles(root)) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const program of programsCalledIn(text)) called.set(program, [...(called.get(program) ?? []), relative(root, join(root, file))]);
  }
  return called;
}
