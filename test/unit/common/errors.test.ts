import { expect } from "chai";
import { describeError, ExpectedError } from "../../../common/errors";

describe("errors", () => {
  it("an expected one says what is wrong and, below, what to do next", () => {
    const error = new ExpectedError("The disk is full.", "Free 5 GB and run again.");
    expect(error).to.include({ problem: "The disk is full.", remedy: "Free 5 GB and run again." });
    expect(error.message).to.equal("The disk is full.\n  Free 5 GB and run again.");
    expect(new ExpectedError("The disk is full.").message).to.equal("The disk is full.");
  });

  it("an expected one is shown without a stack trace, one of a subclass too", () => {
    class DiskError extends ExpectedError {}
    expect(describeError(new ExpectedError("The disk is full."))).to.equal("The disk is full.");
    expect(describeError(new DiskError("The disk is full."))).to.equal("The disk is full.");
  });

  it("any other is a defect and keeps its stack", () => {
    expect(describeError(new TypeError("x is undefined"))).to.match(/^TypeError: x is undefined\n\s+at /);
    const withoutStack = new Error("bare");
    delete withoutStack.stack;
    expect(describeError(withoutStack)).to.equal("bare");
  });

  it("a thrown value that is no error is shown as text", () => {
    expect(describeError("stop")).to.equal("stop");
    expect(describeError(undefined)).to.equal("undefined");
  });
});
