import { createHash } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';

/** A file of a zip, and what to falsify. */
export interface ZipFile {
  readonly name: string;
  readonly content: Buffer | string;
  /** A wrong length for the table of contents. */
  readonly size?: number;
  /** Changes a stored byte. */
  readonly corrupt?: boolean;
}

/** A zip with deflated files; written by hand, since no library writes broken ones. */
export function makeZip(files: readonly ZipFile[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, content, size, corrupt } of files) {
    const raw = Buffer.from(content);
    const packed = deflateRawSync(raw);
    if (corrupt) packed.writeUInt8((packed.at(-2) as number) ^ 0xff, packed.length - 2);
    const bytes = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); // version
    common.writeUInt16LE(0x800, 2); // names in UTF-8
    common.writeUInt16LE(8, 4); // deflate
    common.writeUInt32LE(crc32(raw), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size ?? raw.length, 18);
    common.writeUInt16LE(bytes.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, bytes, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    locals.push(local);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), common, tail, bytes]));
    offset += local.length;
  }
  const table = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(table.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, table, Buffer.from('PK\x05\x06'), end]);
}

export interface WheelPlan {
  readonly version?: string;
  readonly tag?: string;
  /** By their names in `tensorflow/`. */
  readonly libraries?: Readonly<Record<string, Buffer | string>>;
  /** Replaces or adds files of the zip. */
  readonly files?: readonly ZipFile[];
  /** Changes what RECORD says. */
  readonly record?: (text: string) => string;
}

/** The wheel that a plan describes, and its sha256. */
export function makeWheel({
  version = '2.21.0',
  tag = 'cp311-cp311-manylinux_2_27_x86_64',
  libraries = { 'libtensorflow_framework.so.2': 'framework', 'libtensorflow_cc.so.2': 'c'.repeat(100_000) },
  files = [],
  record = (text) => text,
}: WheelPlan = {}): { readonly bytes: Buffer; readonly sha256: string } {
  const about = `tensorflow_cpu-${version}.dist-info`;
  const plain: ZipFile[] = [
    { name: 'tensorflow/__init__.py', content: '# python\n' },
    ...Object.entries(libraries).map(([name, content]) => ({ name: `tensorflow/${name}`, content })),
    { name: `${about}/WHEEL`, content: `Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: ${tag}\n\n` },
  ];
  const rows = plain.map(({ name, content }) => {
    const sha256 = createHash('sha256').update(content).digest('base64url');
    return `${name},sha256=${sha256},${Buffer.byteLength(content)}`;
  });
  const all = [...plain, { name: `${about}/RECORD`, content: record(`${rows.join('\n')}\n${about}/RECORD,,\n`) }];
  const replaced = new Map([...all, ...files].map((file) => [file.name, file]));
  const bytes = makeZip([...replaced.values()]);
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}
