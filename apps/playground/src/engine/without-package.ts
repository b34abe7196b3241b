/** An error's message without the package it is from. */
export function withoutPackage(message: string): string {
  return message.replace(/^@kaleido\/[\w-]+: /, '');
}
