import { type Defect, id, soundMessages } from "./defect";

function user(n: number, email: string): string {
  return `UPDATE users SET email = '${email}' WHERE id = ${id(n)};`;
}

export function message(n: number, content: string): string {
  return `UPDATE messages SET content = '${content}' WHERE id = ${id(n)};`;
}

/** Texts with personal data, as they occur in messages. */
const realTexts: [what: string, text: string][] = [
  ["an address alone", "jane@company.test"],
  ["an address in the middle of a text", "write to jane.doe@mail.company.test, please"],
  ["an address in capitals", "JANE.DOE@COMPANY.TEST"],
  ["an address with a k, which another sign is a capital of", "kk@kk.kk"],
  ["an address with a tag", "jane+chat@company.test"],
  ["an address beside a synthetic one", "syn_jane@example.invalid or Bob@Company.test"],
  ["an address that only ends like a synthetic one", "<xsyn_jane@company.test>"],
  ["an address with `syn_` in its middle", "jane.syn_doe@company.test"],
  ["an address whose domain alone begins with `syn_`", "jane@syn_mail.syn.test"],
  ["an address in a link", "mailto:jane@company.test?subject=hi"],
  ["an address in quotes and brackets", `"(jane@company.test)"`],
  ["an address at the end of a sentence, on a line of its own", "see\njane@company.test.\nthanks"],
  ["an address with an apostrophe", "o''hara@company.test"],
  ["an address in a domain with an umlaut", "jane@bücher.test"],
  ["an address that begins with a letter beyond ASCII", "émile@company.test"],
  ["an address all beyond ASCII", "用户@例子.测试"],
  ["an address in Punycode", "jane@xn--bcher-kva.xn--p1ai"],
  ["two addresses, which are one message", "jane@company.test joe@company.test"],
];

export const piiSafety: Defect[] = [
  { name: "one user has a real address", sql: user(7, "jane.doe@company.test"), count: 1 },
  { name: "the first user has a real address", sql: user(1, "jane.doe@company.test"), count: 1 },
  { name: "the last user has a real address", sql: user(50, "JANE@COMPANY.TEST"), count: 1 },
  {
    name: "`syn_` is in the middle of a user's address",
    sql: user(7, "jane_syn_doe@company.test"),
    count: 1,
  },
  {
    name: "a user's address begins nearly as a synthetic one",
    sql: user(7, "synjane@company.test"),
    count: 1,
  },
  {
    name: "a real address follows a user's synthetic one",
    sql: user(7, "syn_7@a.test, jane@b.test"),
    count: 1,
  },
  { name: "a user has something else for an address", sql: user(7, "jane"), count: 1 },
  {
    name: "all users have real addresses",
    sql: `UPDATE users SET email = 'u' || username || '@company.test';`,
    count: 50,
  },
  ...realTexts.map(([what, text]) => ({
    name: `a message holds ${what}`,
    sql: message(4000, text),
    count: 1,
  })),
  { name: "the first message holds an address", sql: message(1, "jane@company.test"), count: 1 },
  { name: "the last message holds an address", sql: message(soundMessages, "jane@company.test"), count: 1 },
  { name: "the text to an image holds an address", sql: message(4018, "jane@company.test"), count: 1 },
  {
    name: "a user and two messages have addresses",
    sql: `${user(7, "jane@company.test")} ${message(40, "jane@company.test")} ${message(9000, "jane@company.test")}`,
    count: 3,
  },
];
