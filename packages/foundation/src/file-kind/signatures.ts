// biome-ignore-all lint/suspicious/noControlCharactersInRegex: signatures are bytes, a character each.
import type { FileGroup, FileKind } from './file-kind.ts';

interface Signature {
  readonly mediaType?: string;
  readonly name: string;
  /** Default: `picture`. */
  readonly group?: FileGroup;
  /** Matches the head of the file, one character per byte. */
  readonly head: RegExp;
}

// Sources: the Media Types registry of IANA, the formats' specifications, and magic files of `file` 5.45.
const signatures: readonly Signature[] = [
  { mediaType: 'image/jpeg', name: 'a JPEG picture', head: /^\xff\xd8\xff/ },
  // Xcode's PNGs for iPhones: a chunk before IHDR, and pixels that no other decoder reads.
  { name: 'a PNG picture in Apple\u2019s own form (CgBI)', head: /^\x89PNG\r\n\x1a\n.{4}CgBI/s },
  { mediaType: 'image/png', name: 'a PNG picture', head: /^\x89PNG/ },
  { mediaType: 'image/gif', name: 'a GIF picture', head: /^GIF8/ },
  { mediaType: 'image/webp', name: 'a WebP picture', head: /^RIFF.{4}WEBP/s },
  { mediaType: 'image/jxl', name: 'a JPEG XL picture', head: /^(?:\xff\x0a|\0\0\0\x0cJXL \r\n\x87\n)/ },
  { mediaType: 'image/jp2', name: 'a JPEG 2000 picture', head: /^\0\0\0\x0cjP {2}\r\n\x87\n/ },
  { mediaType: 'image/j2c', name: 'a JPEG 2000 picture', head: /^\xff\x4f\xff\x51/ },
  { mediaType: 'image/jxr', name: 'a JPEG XR picture', head: /^II\xbc/ },
  // The reserved field is zero, or the length of the header after it is a known one.
  {
    mediaType: 'image/bmp',
    name: 'a BMP picture',
    head: /^BM(?:.{4}\0{4}|.{12}[\x0c\x10\x28\x34\x38\x40\x6c\x7c]\0{3})/s,
  },
  { mediaType: 'image/x-portable-bitmap', name: 'a PBM picture', head: portable('14') },
  { mediaType: 'image/x-portable-graymap', name: 'a PGM picture', head: portable('25') },
  { mediaType: 'image/x-portable-pixmap', name: 'a PPM picture', head: portable('36') },
  {
    mediaType: 'image/x-portable-anymap',
    name: 'a PAM picture',
    head: /^P7\n(?:#|WIDTH|HEIGHT|DEPTH|MAXVAL|TUPLTYPE)/,
  },
  { name: 'a PFM picture', head: /^P[Ff]\s\d+\s\d+\s/ },
  {
    mediaType: 'image/x-xbitmap',
    name: 'an XBM picture',
    head: /^(?:\/\*[\s\S]{0,500}?\*\/)?\s*#define\s+\S*width\s+\d+\s*\n/,
  },
  { mediaType: 'image/x-xpixmap', name: 'an XPM picture', head: /^\/\* XPM \*\// },
  { mediaType: 'image/vnd.microsoft.icon', name: 'an ICO icon', head: /^\0\0\x01\0(?!\0\0).{4}.[\0\x01]/s },
  { mediaType: 'image/vnd.microsoft.icon', name: 'a CUR cursor', head: /^\0\0\x02\0(?!\0\0).{5}\0.{4}(?!\0{4})/s },
  { mediaType: 'image/icns', name: 'an ICNS icon', head: /^icns/ },
  { mediaType: 'image/vnd.adobe.photoshop', name: 'a Photoshop document (PSD)', head: /^8BPS\0[\x01\x02]/ },
  { mediaType: 'image/x-xcf', name: 'a GIMP document (XCF)', head: /^gimp xcf / },
  { mediaType: 'image/vnd-ms.dds', name: 'a DDS texture', head: /^DDS \x7c/ },
  { mediaType: 'image/vnd.zbrush.pcx', name: 'a PCX picture', head: /^\n[\0\x02-\x05]\x01[\x01\x02\x04\x08]/ },
  { mediaType: 'image/sgi', name: 'an SGI picture', head: /^\x01\xda[\0\x01][\x01\x02]/ },
  { mediaType: 'image/x-exr', name: 'an OpenEXR picture', head: /^\x76\x2f\x31\x01/ },
  { mediaType: 'image/vnd.radiance', name: 'a Radiance HDR picture', head: /^#\?(?:RADIANCE|RGBE)/ },
  { mediaType: 'application/dicom', name: 'a DICOM file', head: /^.{128}DICM/s },
  { mediaType: 'image/fits', name: 'a FITS file', head: /^SIMPLE {2}= / },
  { name: 'a QOI picture', head: /^qoif/ },
  { name: 'a FLIF picture', head: /^FLIF/ },
  { name: 'a BPG picture', head: /^BPG\xfb/ },
  { mediaType: 'video/x-mng', name: 'an MNG animation', head: /^\x8aMNG/ },
  { mediaType: 'image/wmf', name: 'a WMF drawing', head: /^\xd7\xcd\xc6\x9a/ },
  { mediaType: 'image/emf', name: 'an EMF drawing', head: /^\x01\0\0\0.{36} EMF/s },
  { mediaType: 'image/vnd.djvu', name: 'a DjVu document', head: /^AT&TFORM/ },
  { mediaType: 'application/pdf', name: 'a PDF document', head: /^[\s\S]{0,1000}?%PDF-\d/ },
  // PostScript, possibly after a DOS header with a preview.
  {
    mediaType: 'application/postscript',
    name: 'an EPS drawing',
    head: /^(?:\xc5\xd0\xd3\xc6|\x04?%!PS-Adobe[^\r\n]*EPSF)/,
  },
  { mediaType: 'application/postscript', name: 'a PostScript document', head: /^\x04?%!/ },
  { mediaType: 'image/x-canon-crw', name: 'a camera raw file (CRW)', head: /^II.{4}HEAPCCDR/s },
  { mediaType: 'image/x-fuji-raf', name: 'a camera raw file (RAF)', head: /^FUJIFILMCCD-RAW/ },
  { mediaType: 'image/x-olympus-orf', name: 'a camera raw file (ORF)', head: /^(?:IIR[OS]|MMO[RS])/ },
  { mediaType: 'image/x-panasonic-rw2', name: 'a camera raw file (RW2)', head: /^IIU\0/ },
  { mediaType: 'image/x-sigma-x3f', name: 'a camera raw file (X3F)', head: /^FOVb/ },
  { mediaType: 'image/x-minolta-mrw', name: 'a camera raw file (MRW)', head: /^\0MRM/ },
  { mediaType: 'video/webm', name: 'a WebM or Matroska video', group: 'media', head: /^\x1a\x45\xdf\xa3/ },
  { mediaType: 'video/vnd.avi', name: 'an AVI video', group: 'media', head: /^RIFF.{4}AVI /s },
  { mediaType: 'video/x-flv', name: 'an FLV video', group: 'media', head: /^FLV\x01/ },
  { mediaType: 'video/mpeg', name: 'an MPEG video', group: 'media', head: /^\0\0\x01[\xb3\xba]/ },
  { mediaType: 'application/ogg', name: 'an Ogg file', group: 'media', head: /^OggS/ },
  {
    mediaType: 'video/x-ms-wmv',
    name: 'a Windows Media file',
    group: 'media',
    head: /^\x30\x26\xb2\x75\x8e\x66\xcf\x11/,
  },
  { mediaType: 'audio/vnd.wave', name: 'a WAV sound', group: 'media', head: /^RIFF.{4}WAVE/s },
  { mediaType: 'audio/mpeg', name: 'an MP3 sound', group: 'media', head: /^ID3[\x02-\x04]/ },
  { mediaType: 'audio/flac', name: 'a FLAC sound', group: 'media', head: /^fLaC/ },
  { mediaType: 'application/zip', name: 'a ZIP archive', group: 'container', head: /^PK(?:\x03\x04|\x05\x06)/ },
  { mediaType: 'application/gzip', name: 'a gzip file', group: 'container', head: /^\x1f\x8b\x08/ },
  { mediaType: 'application/x-bzip2', name: 'a bzip2 file', group: 'container', head: /^BZh[1-9]1AY&SY/ },
  { mediaType: 'application/x-xz', name: 'an xz file', group: 'container', head: /^\xfd7zXZ\0/ },
  { mediaType: 'application/zstd', name: 'a zstd file', group: 'container', head: /^\x28\xb5\x2f\xfd/ },
  { mediaType: 'application/x-7z-compressed', name: 'a 7z archive', group: 'container', head: /^7z\xbc\xaf\x27\x1c/ },
  { mediaType: 'application/vnd.rar', name: 'a RAR archive', group: 'container', head: /^Rar!\x1a\x07/ },
  { mediaType: 'application/x-tar', name: 'a tar archive', group: 'container', head: /^.{257}ustar/s },
  { mediaType: 'application/vnd.apache.parquet', name: 'a Parquet file', group: 'container', head: /^PAR1/ },
  { name: 'a NumPy array', group: 'container', head: /^\x93NUMPY/ },
  { mediaType: 'application/x-hdf5', name: 'an HDF5 file', group: 'container', head: /^\x89HDF\r\n\x1a\n/ },
  { name: 'an Office document', group: 'container', head: /^\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1/ },
  { name: 'a program', group: 'container', head: /^(?:\x7fELF|MZ[\s\S]{58,1000}?PE\0\0)/ },
  // macOS writes one next to each file that it copies to a foreign disk, or packs into a zip.
  {
    mediaType: 'application/applefile',
    name: 'an AppleDouble file (metadata that macOS keeps in a file ._NAME)',
    group: 'pointer',
    head: /^\0\x05\x16[\0\x07]/,
  },
];

/** A Netpbm header: the number of its form, width and height, with spaces and comments between. */
function portable(digits: string): RegExp {
  return new RegExp(`^P[${digits}](?:\\s|#[^\\n]*\\n)+\\d+(?:\\s|#[^\\n]*\\n)+\\d+\\s`);
}

/** The kind of a file by the signature in its head. */
export function signatureKind(head: string): FileKind | undefined {
  const found = signatures.find((signature) => signature.head.test(head));
  if (found === undefined) return undefined;
  const { mediaType = 'application/octet-stream', name, group = 'picture' } = found;
  return { mediaType, name, group };
}
