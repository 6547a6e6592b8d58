import { expect } from "chai";
import { profileOf } from "../../../profile/lines";

const physical = '{"physical":{"bytesPerRow":330.5}}';

describe("the output of the script that makes profiles", () => {
  it("becomes a profile, with the unit of each distribution", () => {
    const profile = profileOf(
      [
        '{"windowDays":89}',
        '{"distribution":"gaps","part":"","members":1000,"mean":60,"knots":[[8,0.5]],"tail":100}',
        '{"shares":"replies","members":1000,"of":{"yes":0.1,"no":0.9},"others":null,"otherKeys":null}',
        '{"table":"users","rows":50}',
        physical,
        "",
      ],
      "profile.txt",
    );
    expect(profile).to.include({ format: "chat-perf-profile", version: 1, windowDays: 89 });
    expect(profile.distributions.gaps![""]).to.include({ unit: "seconds", mean: 60 });
    expect(profile.shares.replies!.of).to.deep.equal({ yes: 0.1, no: 0.9 });
    expect(profile.rows).to.deep.equal({ users: 50 });
  });

  for (const [what, line] of [
    ["a line of something else", "BEGIN"],
    ["an unknown object", '{"marker":"a"}'],
    ["an object with more than it should have", '{"table":"users","rows":50,"names":["a"]}'],
    ["a figure that is none", '{"table":"users","rows":"many"}'],
  ] as const) {
    it(`is refused with ${what}, by its number`, () => {
      expect(() => profileOf([line, physical], "profile.txt")).to.throw(
        /^profile\.txt, line 1, is not a line/,
      );
    });
  }

  it("is refused when its end is missing", () => {
    expect(() => profileOf(['{"windowDays":89}'], "profile.txt")).to.throw(/profile\.txt is not complete/);
  });
});
