/** Texts are copied in pieces of so many bytes, and the last piece is copied whole too. */
export const STRIDE = 8;

/** An ASCII text that is encoded once and copied into many rows; see `RowBuffer.raw`. */
export class Ascii {
  readonly length: number;
  readonly view: DataView;

  constructor(text: string) {
    this.length = text.length;
    const bytes = Buffer.alloc(text.length + STRIDE);
    // A text that takes more bytes in UTF-8 than it has characters is not ASCII, and its bytes could form a NaN.
    if (bytes.write(text, "utf8") !== text.length) throw new Error(`not ASCII: ${text}`);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }
}
