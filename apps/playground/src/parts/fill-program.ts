/**
 * A program with other values of the constants at its top, each on a line of its own: `const caption = '...';`. Names that
 * the program does not have are left out.
 */
export function fillProgram(program: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce(
    (text, [name, value]) =>
      text.replace(new RegExp(`^const ${name} = '.*';$`, 'm'), () => `const ${name} = ${quoted(value)};`),
    program,
  );
}

/** In single quotes, as the programs have them, where that needs no escape. */
function quoted(value: string): string {
  const safe = JSON.stringify(value);
  return safe.includes("'") || safe.includes('\\') ? safe : `'${safe.slice(1, -1)}'`;
}
