/** Single files of public source repositories. */
export interface SourceFiles {
  /** The text of a file, by its address. Rejects with `SourceFault`: anything that keeps it from being had. */
  read(address: string): Promise<string>;
}

/** The message is the rest of a sentence for people, such as `answers 404`. */
export class SourceFault extends Error {
  override readonly name = 'SourceFault';
}
