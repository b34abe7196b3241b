/**
 * - `picture`: pixels, or something that a program turns into pixels (vector graphics, a page, a camera's raw data)
 * - `media`: video or sound
 * - `container`: an archive, a table, a program: files or data, not one picture
 * - `text`: a page, a message or data as text; often what a server answered when a download failed
 * - `pointer`: a stand-in for a file that lies elsewhere
 * - `encoded`: a picture written down as text
 * - `lost`: the bytes of the file are gone
 */
export type FileGroup = 'picture' | 'media' | 'container' | 'text' | 'pointer' | 'encoded' | 'lost';

/** What a file is by its bytes. */
export interface FileKind {
  /** `application/octet-stream` where the kind has none. */
  readonly mediaType: string;
  /** For a sentence, e.g. `a BMP picture`. */
  readonly name: string;
  readonly group: FileGroup;
}
