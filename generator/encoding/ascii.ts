/** Texts are copied so many bytes at a time, also their last ones. */
export const STRIDE = 8;

/** An ASCII text, encoded once and copied into many rows; see `RowBuffer.raw`. */
export class Ascii {
  readonly length: number;
  readonly view: DataView;

  constructor(text: string) {
    this.length = text.length;
    const bytes = Buffer.alloc(text.length + STRIDE);
    // What UTF-8 takes more bytes for than there are characters is not ASCII, and might make a NaN.
    if (bytes.write(text, "utf8") !== text.length) throw new Error(`not ASCII: ${text}`);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }
}
