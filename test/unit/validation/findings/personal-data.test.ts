import { expect } from "chai";
import fc from "fast-check";
import {
  personalDataIn,
  suspicious,
  type Kind,
} from "../../../../validation/findings/personal-data/patterns";
import { mask } from "../../../../validation/findings/question";

/** For each kind, texts with one value that must be found. The value is between `<` and `>`, which are not part of the text. */
const found: Record<Kind, string[]> = {
  email: [
    "write to <jane.doe@gmail.com>, please",
    "<Bob+chat@mail.company.co.uk>",
    "(<syn_jane@company.org>)",
    "<x@example.com.evil.net>",
    "<x@notexample.com>",
    "<x@test.de>",
    "<jane@myexample.org>.",
  ],
  iban: [
    "pay to <DE89370400440532013000>",
    "<DE89 3704 0044 0532 0130 00>",
    "<GB29 NWBK 6016 1331 9268 19> THANKS A LOT",
    "<fr1420041010050500013m02606>, please",
    "IBAN:<NL91ABNA0417164300>",
    "<MT84 MALT 0110 0001 2345 MTLC AST0 01S>",
    "<NO93-8601-1117-947>",
  ],
  card: [
    "my card is <4111 1111 1111 1111>.",
    "<4111111111111111>",
    "<5555-5555-5555-4444> 12/27",
    "<378282246310005>",
    "amex <3782 822463 10005>",
    "<6011111111111117>",
    "<30569309025904>",
    "<4222222222222>",
    "<2223003122003222>",
  ],
  phone: [
    "call <+49 30 901820> now",
    "<+4915112345678>",
    "<+1 (212) 736-5000>",
    "<+44 20 7925 0918>",
    "<0033 1 40 20 50 50>",
    "<212-736-5000>",
    "<(212) 736-5000>",
    "ring <020 7925 0918> at six",
    "<0151 12345678>",
    "<030/901820>",
    "<01 40 20 50 50>",
  ],
};

const harmless = [
  "",
  "syn_jane@example.com and Synthetic_Joe@x.invalid, root@localhost, a@b.test",
  "JANE@EXAMPLE.ORG, x@mail.example.net.",
  "@all: lunch @ 5, a@b",
  "on 2025-01-02 10:30:45.123 and 01/02/2025",
  "from 01-02-2025 10:30 to 03-04-2025 11:45",
  "1735689600000 ms, 1735689600000000 us, 20240101123045",
  "IMG-20240101-WA0001.jpg, Screenshot_20240101-123045.png",
  "order 4111111111111112, 4111 1111 1111 1112",
  "order 1234567890, 0123456789012345678901234567890",
  "0000000000000000",
  "DE89370400440532013001",
  "GB29 NWBK 6016 1331 9268 18",
  "version 10.0.19045.3324, 192.168.100.200",
  "call 212-555-0123 or +1 212 555 0199",
  "3.141592653589793 and 2.718281828459045",
  "c0000000000000041111111111111111, 550e8400-e29b-41d4-a716-446655440000",
  "1,234,567,890 or 1 234 567 890",
  "https://x.invalid/2025/01/02/0301234567890123",
];

describe("personal data in a text", () => {
  for (const [kind, texts] of Object.entries(found)) {
    for (const marked of texts) {
      it(`is the ${kind} in ${marked}`, () => {
        const text = marked.replace(/[<>]/g, "");
        expect(personalDataIn(text)).to.deep.equal([{ kind, value: /<(.*)>/.exec(marked)![1] }]);
        // The filter in the database selects such a text.
        expect(text).to.match(new RegExp(suspicious, "i"));
        expect(text).to.match(/@|[0-9][0-9 ()./-]{6}/);
      });
    }
  }

  for (const text of harmless) {
    it(`is not in "${text}"`, () => {
      expect(personalDataIn(text)).to.deep.equal([]);
    });
  }

  it("is all of a text's values, each of one kind", () => {
    const text = Object.values(found)
      .map(([first]) => first!.replace(/[<>]/g, ""))
      .join("; ");
    expect(personalDataIn(text).map(({ kind }) => kind)).to.have.members(["email", "iban", "card", "phone"]);
  });

  it("is in any text around a card number, and gone with one digit changed", () => {
    const card = "4111111111111111";
    const words = fc.stringMatching(/^[ a-z]{0,20}$/);
    fc.assert(
      fc.property(words, words, fc.nat(15), fc.integer({ min: 1, max: 9 }), (before, after, place, step) => {
        const kindsIn = (number: string): Kind[] =>
          personalDataIn(`${before} ${number} ${after}`).map(({ kind }) => kind);
        expect(kindsIn(card)).to.deep.equal(["card"]);
        // Luhn's formula detects every single wrong digit.
        const digit = (Number(card[place]) + step) % 10;
        expect(kindsIn(`${card.slice(0, place)}${digit}${card.slice(place + 1)}`)).to.not.include("card");
      }),
      { seed: 1 },
    );
  });
});

describe("a mask", () => {
  it("shows both ends and the length", () => {
    expect(mask("jane@company.org")).to.equal("j…g (16 characters)");
    expect(mask("abc")).to.equal("(3 characters)");
    expect(mask("")).to.equal("(0 characters)");
  });

  it("never contains the value, nor three characters of it", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z@.+]{3,40}$/), (value) => {
        const masked = mask(value).replace(/ ?\(.*/, "");
        expect(masked.length).to.be.at.most(3);
        for (let i = 0; i + 3 <= value.length; i++) expect(masked).to.not.include(value.slice(i, i + 3));
      }),
      { seed: 1 },
    );
  });
});
