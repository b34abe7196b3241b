import { wheelError } from './wheel-error.ts';

/** A wheel's file name, as in the Python packaging guide: name, version, optionally a build, and three tags. */
const namePattern = /^(?<name>[^-]+)-(?<version>[^-]+)(-[^-]+)?-[^-]+-[^-]+-(?<platforms>[^-]+)\.whl$/;

/** The oldest version whose C interface has all functions that are called. */
const oldest: readonly [number, number] = [2, 15];

/** The names of Node's processors in wheels. */
const processors: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

/**
 * Checks a wheel's file name before it is read. A name of another form is not checked.
 * @throws KaleidoError for another platform or an old version
 */
export function assertWheelName(file: string): void {
  const { version, platforms } = namePattern.exec(file)?.groups ?? {};
  if (version !== undefined) assertVersion(version);
  if (platforms !== undefined) assertPlatform(platforms.split('.'));
}

/**
 * @param tags `manylinux_2_27_x86_64`, `macosx_12_0_arm64`, ...: the platforms of one wheel
 * @throws KaleidoError where none of them is this machine's
 */
export function assertPlatform(tags: readonly string[]): void {
  const processor = processors[process.arch] ?? process.arch;
  const ours = new RegExp(`^(many)?linux(_\\d+_\\d+|\\d+)?_${processor}$`);
  if (process.platform === 'linux' && tags.some((tag) => ours.test(tag))) return;
  throw wheelError(
    'this wheel is for another platform',
    tags.join(', '),
    process.platform === 'linux'
      ? `use the one whose name ends in manylinux_..._${processor}.whl`
      : `TensorFlow works on Linux only, and this is ${process.platform}: use webgpu or wasm`,
  );
}

/** @throws KaleidoError where the version is too old or malformed */
export function assertVersion(version: string): void {
  // The version becomes the name of a folder.
  const [, major, minor] = /^(\d+)\.(\d+)[\w.+]*$/.exec(version) ?? [];
  if (major !== undefined && isRecent(Number(major), Number(minor))) return;
  throw wheelError(
    `this wheel's version is not supported`,
    version,
    `use a wheel of TensorFlow ${oldest.join('.')} or later`,
  );
}

function isRecent(major: number, minor: number): boolean {
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}
