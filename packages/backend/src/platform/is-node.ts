export function isNode(): boolean {
  return typeof process === 'object' && process.versions?.node !== undefined;
}
