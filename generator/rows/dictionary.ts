import { Ascii } from "../encoding/ascii";

/** All generated text is made from these words and names. No name is that of a person. */
const words =
  `the a to and of it in is that on for you we with this have be are was not they at but what there
all can had one do will about up out so some time just know like people now then them see other could than come
only its over think also back after use two how our work first well way even new want because any these give day
most us meet lunch team room plan call notes draft class group today tomorrow morning evening week exam lecture
library campus project deadline slides budget report review question answer idea maybe sure great thanks sorry
please soon later already almost always never often between during without under around train bus coffee tea bread
game match score music film ticket weather rain sunny cold warm river garden street window table chair phone laptop
battery charger network server update version branch build test release metric graph number list page link photo
video file folder message reply channel topic thread reminder birthday party weekend holiday travel flight hotel
city market shop price cheap quick slow early late open closed ready done start finish move change keep find lost
help wait send check look feel hope guess agree remember forget bring share read write learn teach practice study`
    .trim()
    .split(/\s+/);

export const firstNames =
  `Ada Amir Bela Bruno Carla Chen Dara Dilan Elif Emil Farah Felix Gita Goran Hana Hugo Ines
Ivo Jana Jomo Kaia Kofi Lena Luca Maya Milo Nadia Nils Oda Omar Pia Paulo Quinn Rana Rosa Sami Selma Tara Timo Uma
Vera Viktor Wanda Xenia Yara Yusuf Zara Zeno`.split(/\s+/);

export const lastNames =
  `Alder Birch Cedar Dale Elm Fern Glen Heath Iris Juniper Knoll Linden Maple Nettle Oak Poplar
Quarry Reed Sorrel Thorn Umber Vale Willow Yarrow Amber Brook Cliff Dune Field Grove Harbor Lake Marsh North Orchard
Pine Ridge Stone Tern West`.split(/\s+/);

/** The most characters of a user name: `syn_`, two names, and the user's number in base 36. */
export const longestUserName =
  "syn___zzzzzz".length +
  Math.max(...firstNames.map(({ length }) => length)) +
  Math.max(...lastNames.map(({ length }) => length));

export const topics =
  `algorithms chess cooking cycling design drama economics film football gaming hiking history
housing internships jobs linguistics mathematics movies music philosophy photography physics poetry robotics rowing
running sailing statistics theatre travel volleyball writing`.split(/\s+/);

const fileNames = `scan notes summary draft photo screenshot recording slides handout minutes sketch receipt
timetable poster essay memo interview rehearsal`.split(/\s+/);

/** A kind of file. */
export interface FileKind {
  extension: Ascii;
  mimeType: Ascii;
  /** Original names, as a phone or a person would choose them. */
  originalNames: Ascii[];
}

function kinds(...list: [extension: string, mimeType: string][]): FileKind[] {
  return list.map(([extension, mimeType]) => ({
    extension: new Ascii(`.${extension}`),
    mimeType: new Ascii(mimeType),
    originalNames: fileNames.flatMap((name) =>
      Array.from({ length: 8 }, (_, i) => new Ascii(`${name}-${i + 1}.${extension}`)),
    ),
  }));
}

export const images = kinds(
  ["jpg", "image/jpeg"],
  ["png", "image/png"],
  ["webp", "image/webp"],
  ["gif", "image/gif"],
);
export const documents = kinds(
  ["pdf", "application/pdf"],
  ["docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
  ["xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
  ["txt", "text/plain"],
);
export const audios = kinds(["m4a", "audio/mp4"], ["mp3", "audio/mpeg"], ["ogg", "audio/ogg"]);
export const videos = kinds(["mp4", "video/mp4"], ["webm", "video/webm"], ["mov", "video/quicktime"]);

/**
 * Makes a pool of sentences. A message's text is cut out of it by one copy of bytes, instead of being built word by word.
 *
 * @param bytes the size of the pool
 * @param longest the number of bytes that follow the start of every returned sentence
 * @param draw returns a number in [0, limit) for each step
 */
export function sentencePool(
  bytes: number,
  longest: number,
  draw: (step: number, limit: number) => number,
): { text: Ascii; sentences: Uint32Array } {
  let text = "";
  const sentences: number[] = [];
  for (let step = 0; ; step += 20) {
    const chosen = Array.from(
      { length: 3 + draw(step, 12) },
      (_, i) => words[draw(step + 1 + i, words.length)]!,
    ).join(" ");
    const sentence = `${chosen[0]!.toUpperCase()}${chosen.slice(1)}${draw(step + 19, 4) === 0 ? "?" : "."} `;
    if (text.length + sentence.length > bytes) break;
    sentences.push(text.length);
    text += sentence;
  }
  const fitting = sentences.filter((start) => start + longest <= text.length);
  return { text: new Ascii(text), sentences: Uint32Array.from(fitting) };
}
