import { expect } from "chai";
import { ExpectedError } from "../../../common/errors";
import { assertAll } from "../../../postgres/existing/all-problems";
import { assertForeignDiskSpace } from "../../../postgres/existing/disk-space";
import { rejection } from "../../support/rejection";

const refuse = (problem: string, remedy?: string) => () => {
  throw new ExpectedError(problem, remedy);
};
const fine = (): void => undefined;

describe("what stands in the way of a stack on an existing server", () => {
  it("is said at once, each problem with its remedy", async () => {
    const checks = [refuse("It is a replica.", "Use the primary."), fine, refuse("A name is taken.")];
    expect(await rejection(assertAll(checks))).to.equal(
      "2 things stand in the way. Nothing was changed:" +
        "\n- It is a replica.\n  Use the primary.\n- A name is taken.",
    );
  });

  it("is said as it is when it is one thing, and is nothing when all is well", async () => {
    expect(await rejection(assertAll([fine, refuse("It is a replica.", "Use the primary.")]))).to.equal(
      "It is a replica.\n  Use the primary.",
    );
    await assertAll([fine, () => Promise.resolve()]);
  });

  it("is not a defect of this program, which keeps its stack trace", async () => {
    const defect = (): never => {
      throw new TypeError("a defect");
    };
    expect(await rejection(assertAll([refuse("It is a replica."), defect]))).to.equal("a defect");
  });

  it("is not a disk that cannot be measured, where the dataset is small", () => {
    const need = { messages: 20_000, forecastBytes: 24e6, check: "larger" as const };
    expect(assertForeignDiskSpace({}, need)).to.deep.equal({ available: undefined, needed: 40_000_000 });
    expect(() => assertForeignDiskSpace({}, { ...need, messages: 5_000_000 })).to.throw("diskCheck off");
  });
});
