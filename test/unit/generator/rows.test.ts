import { expect } from "chai";
import { Ascii } from "../../../generator/encoding/ascii";
import { COPY_HEADER, RowBuffer } from "../../../generator/encoding/row-buffer";
import { makePlan } from "../../../generator/plan/plan";
import { Stream } from "../../../common/random";
import { Ids } from "../../../generator/rows/ids";
import { datasetOf, text } from "./dataset-rows";
import { small } from "./specs";

describe("rows", () => {
  it("have ids that differ in more than the random part, for rows of one instant", () => {
    const ids = new Ids((name) => new Stream("seed", name), "messages");
    const row = new RowBuffer();
    const numbers = new Set<string>();
    for (let n = 0; n < 100_000; n++) {
      row.length = 0;
      ids.write(row, Date.UTC(2025, 0, 1), n);
      numbers.add(row.bytes.toString("latin1", 4 + 9, 4 + 17));
    }
    expect(numbers).to.have.length(100_000);
  });

  describe("of a small dataset", () => {
    const plan = makePlan(small);
    const { users, conversations, messages, attachments } = datasetOf(plan);
    const shareOf = (type: string): number =>
      messages.filter((row) => text(row.type) === type).length / messages.length;

    it("have the types in their shares", () => {
      for (const [type, share] of [
        ["TEXT", 0.85],
        ["IMAGE", 0.1],
        ["FILE", 0.03],
        ["AUDIO", 0.01],
        ["VIDEO", 0.01],
      ] as const)
        expect(shareOf(type), type).to.be.closeTo(share, 0.01);
    });

    it("have texts of log-normal length, 1 to 5000 characters", () => {
      const logs = messages
        .filter((row) => text(row.type) === "TEXT")
        .map((row) => {
          expect(text(row.content)).to.match(/^[A-Z][a-z .?A-Z]{0,4999}$/);
          return Math.log(row.content!.length);
        });
      const mean = logs.reduce((sum, x) => sum + x, 0) / logs.length;
      const deviation = Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / logs.length);
      expect(mean).to.be.closeTo(4.5, 0.05);
      expect(deviation).to.be.closeTo(1.2, 0.05);
    });

    it("are edited or deleted seldom, and say when", () => {
      const edited = messages.filter((row) => row.isEdited![0] === 1);
      const deleted = messages.filter((row) => row.isDeleted![0] === 1);
      expect(edited.length / messages.length).to.be.closeTo(0.03, 0.01);
      expect(deleted.length / messages.length).to.be.closeTo(0.01, 0.005);
      // The two are independent: an edited message is deleted as often as any other.
      const both = edited.filter((row) => row.isDeleted![0] === 1);
      expect(both.length / edited.length).to.be.closeTo(0.01, 0.015);
      for (const row of messages) {
        expect(row.editedAt !== null).to.equal(row.isEdited![0] === 1);
        expect(row.deletedAt !== null).to.equal(row.isDeleted![0] === 1);
        expect(text(row.status) === "DELETED").to.equal(row.isDeleted![0] === 1);
      }
    });

    it("have attachments for every message that is not a text, one for 80 % of them, of the matching type", () => {
      const matching: Record<string, string> = {
        IMAGE: "IMAGE",
        FILE: "DOCUMENT",
        AUDIO: "AUDIO",
        VIDEO: "VIDEO",
      };
      const types = new Map(messages.map((row) => [text(row.id), text(row.type)]));
      const perMessage = new Map<string, number>();
      for (const row of attachments) {
        const message = text(row.messageId);
        expect(text(row.type)).to.equal(matching[types.get(message)!]);
        perMessage.set(message, (perMessage.get(message) ?? 0) + 1);
      }
      expect(perMessage.size).to.equal(messages.filter((row) => text(row.type) !== "TEXT").length);
      const single = [...perMessage.values()].filter((count) => count === 1).length;
      expect(single / perMessage.size).to.be.closeTo(0.8, 0.04);
    });

    it("name no real person or address", () => {
      for (const row of users) {
        expect(text(row.username)).to.match(/^syn_/);
        expect(text(row.email)).to.match(/^syn_[a-z0-9_]+@example\.com$/);
      }
      expect(new Set(users.map((row) => text(row.email)))).to.have.length(users.length);
      for (const row of messages) if (row.content) expect(text(row.content)).to.not.include("@");
    });

    it("name groups and leave direct messages without a name", () => {
      for (const row of conversations) {
        expect(row.name === null).to.equal(text(row.type) === "DIRECT_MESSAGE");
      }
    });
  });
});

describe("the row buffer", () => {
  it("writes fields as COPY BINARY describes them", () => {
    const buffer = new RowBuffer();
    buffer.row(6);
    buffer.null();
    buffer.bool(true);
    buffer.int(-2);
    buffer.timestamp(Date.UTC(1999, 11, 31, 23, 59, 59, 999));
    buffer.timestamp(NaN);
    buffer.text("é");
    expect(buffer.bytes.subarray(0, buffer.length).toString("hex")).to.equal(
      [
        "0006",
        "ffffffff",
        "0000000101",
        "00000004fffffffe",
        "00000008fffffffffffffc18",
        "ffffffff",
        "00000002c3a9",
      ].join(""),
    );
    expect(COPY_HEADER.toString("hex")).to.equal("5047434f50590aff0d0a000000000000000000");
  });

  it("takes texts as they are, whatever their length, and parts of them", () => {
    for (const text of ["", "READ", "12345678", "DELIVERED", "https://files.example.com/"]) {
      const buffer = new RowBuffer();
      buffer.encoded(new Ascii(text));
      buffer.null();
      const length = text.length.toString(16).padStart(8, "0");
      expect(buffer.bytes.subarray(0, buffer.length).toString("hex")).to.equal(
        `${length}${Buffer.from(text).toString("hex")}ffffffff`,
      );
    }
    const buffer = new RowBuffer();
    buffer.cut(new Ascii("We meet in the library."), 3, 7);
    buffer.raw(new Ascii("!"));
    expect(buffer.bytes.subarray(0, buffer.length).toString("latin1")).to.equal("\0\0\0\x04meet!");
  });

  it("refuses texts that are not ASCII", () => {
    expect(() => new Ascii("Käse")).to.throw("not ASCII: Käse");
  });
});
