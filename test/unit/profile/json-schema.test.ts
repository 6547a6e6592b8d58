import { expect } from "chai";
import { profileSchema } from "../../../profile/formats/json-schema";
import { publishedProfileSchema } from "../../support/report-schema";

describe("a profile as JSON", () => {
  it("has a schema that is published as its type has it; if not: npm run schema", () => {
    expect(publishedProfileSchema).to.deep.equal(profileSchema());
  });
});
