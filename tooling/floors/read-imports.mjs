import { parseSync } from '@swc/core';

/**
 * The imports of a source file: `import`, `export ... from`, `import()`, `import('x').Type`, `import x = require()`,
 * `require()`, `require.resolve()`, `import.meta.resolve()`. Names computed at run time cannot be read.
 * @param {string} source
 * @param {string} path for the error if the source does not parse
 * @returns {{ specifier: string, line: number, isType: boolean }[]}
 */
export function readImports(source, path) {
  // The parser counts bytes over all files it has read; the first statement marks the start of this one.
  const text = `;${source.replace(/^#!/, '//')}`;
  const isTypeScript = /\.[mc]?tsx?$/.test(path);
  const syntax = isTypeScript ? { syntax: 'typescript', tsx: path.endsWith('x') } : { syntax: 'ecmascript', jsx: true };
  let program;
  try {
    program = parseSync(text, { ...syntax, target: 'es2022' });
  } catch (cause) {
    throw new Error(`${path} does not parse`, { cause });
  }
  const bytes = Buffer.from(text);
  const start = program.body[0].span.start;
  const imports = [];
  const add = (literal, isType = false) => {
    const specifier = textOf(literal);
    if (specifier === undefined) return;
    const before = bytes.subarray(0, literal.span.start - start).toString();
    imports.push({ specifier, line: before.split('\n').length, isType });
  };
  visit(program.body, (node) => {
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportNamedDeclaration':
        if (node.source) add(node.source, node.typeOnly || onlyTypes(node.specifiers));
        break;
      case 'ExportAllDeclaration':
        add(node.source, node.typeOnly ?? false);
        break;
      case 'TsImportType':
        add(node.argument, true);
        break;
      case 'TsExternalModuleReference':
        add(node.expression);
        break;
      case 'CallExpression':
        if (node.arguments[0] && importsByCall(node.callee)) add(node.arguments[0].expression);
        break;
    }
  });
  return imports;
}

function onlyTypes(specifiers) {
  return specifiers.length > 0 && specifiers.every(({ isTypeOnly }) => isTypeOnly);
}

function textOf(literal) {
  if (literal.type === 'StringLiteral') return literal.value;
  if (literal.type === 'TemplateLiteral' && literal.expressions.length === 0) return literal.quasis[0].cooked;
  return undefined;
}

function importsByCall(callee) {
  if (callee.type === 'Import') return true;
  if (callee.type === 'Identifier') return callee.value === 'require';
  if (callee.type !== 'MemberExpression' || callee.property.value !== 'resolve') return false;
  return callee.object.type === 'MetaProperty' || callee.object.value === 'require';
}

function visit(node, see) {
  if (Array.isArray(node)) {
    for (const item of node) visit(item, see);
  } else if (typeof node === 'object' && node !== null) {
    if (typeof node.type === 'string') see(node);
    for (const value of Object.values(node)) visit(value, see);
  }
}
