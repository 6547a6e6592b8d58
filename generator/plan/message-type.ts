import type { Stream } from "../../common/random";

/** Message types in the order of their names in the schema. */
export const MESSAGE_TYPE = { text: 0, image: 1, file: 2, audio: 3, video: 4 } as const;

/** The types of 100 messages, which are the shares of the types in percent. */
const TYPES = Array.from({ length: 100 }, (_, percent) => {
  if (percent < 85) return MESSAGE_TYPE.text;
  if (percent < 95) return MESSAGE_TYPE.image;
  if (percent < 98) return MESSAGE_TYPE.file;
  return percent < 99 ? MESSAGE_TYPE.audio : MESSAGE_TYPE.video;
});

/** The type of a message as a value of MESSAGE_TYPE. All types but text have attachments. */
export function messageType(stream: Stream, message: number): number {
  return TYPES[Math.floor(stream.unit(message) * 100)]!;
}
