import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const root = path.join(__dirname, '..');

type Module = { texts: Set<string>; composed: string[]; imports: string[]; isClient: boolean };

/** What is called with a message: t() or t.rich() of a translation, and what marks texts that are translated later. */
const MARKS = /^(t|t\.rich|pageTranslate\(\)|messages|pageMetadata)$/;

/** The words that a page shows: not the keys and kinds beside them in an object of messages. */
const WORDS = /[\p{Lu}\s]|\{/u;

function collect(node: ts.Node, found: Module): void {
  if (ts.isStringLiteralLike(node)) {
    if (WORDS.test(node.text) || ts.isCallExpression(node.parent)) found.texts.add(node.text);
  } else if (ts.isTemplateExpression(node)) {
    found.composed.push(node.getText());
  } else if (ts.isConditionalExpression(node)) {
    collect(node.whenTrue, found);
    collect(node.whenFalse, found);
  } else if (ts.isPropertyAssignment(node)) collect(node.initializer, found);
  else if (!ts.isElementAccessExpression(node) && !ts.isCallExpression(node))
    ts.forEachChild(node, (child) => collect(child, found));
}

function readModule(file: string): Module {
  const source = ts.createSourceFile(
    file,
    readFileSync(path.join(root, file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const found: Module = {
    texts: new Set(),
    composed: [],
    imports: [],
    isClient: source.text.startsWith("'use client'"),
  };
  const visit = (node: ts.Node): void => {
    const specifier = ts.isImportDeclaration(node) ? node.moduleSpecifier : undefined;
    const isTypeOnly = ts.isImportDeclaration(node) && node.importClause?.isTypeOnly;
    const [argument] = ts.isCallExpression(node) ? node.arguments : [];
    const isImport = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
    const name = isImport ? argument : isTypeOnly ? undefined : specifier;
    if (name && ts.isStringLiteral(name) && name.text.startsWith('.'))
      found.imports.push(path.join(path.dirname(file), name.text));
    if (ts.isCallExpression(node) && argument && MARKS.test(node.expression.getText()))
      collect(argument, found);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The messages of the source, by the catalog that has to translate them, and those that are not constant. */
export function findMessages() {
  const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((file) => path.join('src', file))
    .filter((file) => /(?<!\.test)\.tsx?$/.test(file));
  const modules = new Map(files.map((file) => [file, readModule(file)]));
  const inBrowser = new Set<string>();
  const add = (file: string): void => {
    if (inBrowser.has(file)) return;
    inBrowser.add(file);
    modules.get(file)?.imports.forEach(add);
  };
  for (const [file, { isClient }] of modules) if (isClient) add(file);

  const textsOf = (isWanted: (file: string) => boolean) =>
    new Set([...modules].filter(([file]) => isWanted(file)).flatMap(([, { texts }]) => [...texts]));
  const isErrors = (file: string) => file === 'src/lib/error-sentences.ts';
  const browser = textsOf((file) => inBrowser.has(file) && !isErrors(file));
  const errors = without(textsOf(isErrors), browser);
  const server = without(
    textsOf((file) => !inBrowser.has(file)),
    browser,
    errors,
  );
  const composed = [...modules.values()].flatMap((module) => module.composed);
  return { catalogs: { browser, errors, server }, composed };
}

/** Each message is in one catalog: the server has all of them, and a page those of the browser. */
function without(texts: Set<string>, ...others: Set<string>[]): Set<string> {
  return new Set([...texts].filter((text) => !others.some((other) => other.has(text))));
}
