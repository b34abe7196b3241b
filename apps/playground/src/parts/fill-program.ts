/**
 * A program with other values of the constants at its top, each on a line of its own: `const caption = '...';` or
 * `const seed = 1;`. Names that the program does not have are left out.
 */
export function fillProgram(program: string, values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values).reduce(
    (text, [name, value]) =>
      text.replace(
        new RegExp(`^const ${name} = ${typeof value === 'number' ? '[\\d.]+' : "'.*'"};$`, 'm'),
        () => `const ${name} = ${typeof value === 'number' ? value : quoted(value)};`,
      ),
    program,
  );
}

/** In single quotes, as the programs have them, where that needs no escape. */
function quoted(value: string): string {
  const safe = JSON.stringify(value);
  return safe.includes("'") || safe.includes('\\') ? safe : `'${safe.slice(1, -1)}'`;
}
