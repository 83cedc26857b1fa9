/**
 * Fails when a stylesheet has a class that no component uses: npm run styles --workspace client
 * A class is used if it can be the value of a `className` in the source.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const source = path.join(import.meta.dirname, 'src');

/** Classes that a component composes at run time, such as `note--${kind}`: every prefix with its values. */
const COMPOSED = {
  'key--': ['face', 'under', 'over'],
  'note--': ['stop', 'hold', 'free', 'mine'],
  'status--': ['free', 'hold', 'sold', 'mine', 'stop'],
  'tix--': ['hold', 'sold', 'mine'],
};

/** Stands for the part of a class that is only known at run time. No class can contain it. */
const UNKNOWN = '*';

const files = readdirSync(source, { recursive: true }).map((file) => path.join(source, file));
const problems = [];

const used = new Set();
const prefixes = new Set();
for (const file of files.filter((name) => /(?<!\.test)\.tsx?$/.test(name))) {
  for (const name of classNames(file)) {
    const [prefix, rest] = name.split(UNKNOWN);
    if (rest === undefined) used.add(name);
    // The whole value comes from a property, so the caller's own `className` lists it.
    else if (prefix === '' && rest === '') continue;
    else if (rest === '' && Object.hasOwn(COMPOSED, prefix)) prefixes.add(prefix);
    else problems.push(`${relative(file)}: ${name} is composed at run time, add it to COMPOSED`);
  }
}
for (const [prefix, values] of Object.entries(COMPOSED)) {
  if (!prefixes.has(prefix)) problems.push(`check-styles.mjs: no component composes ${prefix}${UNKNOWN}`);
  for (const value of values) used.add(prefix + value);
}

let count = 0;
for (const file of files.filter((name) => name.endsWith('.css'))) {
  for (const name of selectedClasses(readFileSync(file, 'utf8'))) {
    count += 1;
    if (!used.has(name)) problems.push(`${relative(file)}: .${name} is not used`);
  }
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`All ${count} classes of the stylesheets are used.`);

function relative(file) {
  return path.relative(import.meta.dirname, file);
}

/** Every class in a selector of the stylesheet, once. */
function selectedClasses(css) {
  const preludes = css.replaceAll(/\/\*[^]*?\*\//g, '').matchAll(/([^{};]+)\{/g);
  const selectors = [...preludes]
    .map(([, prelude]) => prelude.trim())
    .filter((text) => !text.startsWith('@'));
  return new Set(
    selectors.flatMap((text) => [...text.matchAll(/\.([a-z][\w-]*)/gi)].map(([, name]) => name)),
  );
}

/** Every class that a `className` of the file can have: attributes, properties and default values. */
function classNames(file) {
  const tree = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const names = [];
  (function visit(node) {
    const isClassName = node.name && ts.isIdentifier(node.name) && node.name.text === 'className';
    if (isClassName && node.initializer) names.push(...possibleTexts(node.initializer).flatMap(words));
    ts.forEachChild(node, visit);
  })(tree);
  return names;
}

function words(text) {
  return text.split(/\s+/).filter(Boolean);
}

/** All texts that an expression can evaluate to, with UNKNOWN in place of what only a run can show. */
function possibleTexts(node) {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isJsxExpression(node) || ts.isParenthesizedExpression(node)) return possibleTexts(node.expression);
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].flatMap(possibleTexts);
  if (ts.isTemplateExpression(node))
    return node.templateSpans.reduce(
      (texts, { expression, literal }) =>
        texts.flatMap((text) => possibleTexts(expression).map((middle) => text + middle + literal.text)),
      [node.head.text],
    );
  return [UNKNOWN];
}
