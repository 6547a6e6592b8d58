import { expect } from "chai";
import { settingTakes } from "../../../postgres/settings-catalogue";

describe("the catalogue of settings", () => {
  it("knows which ones take a restart", () => {
    expect(settingTakes("shared_buffers")).to.equal("restart");
    expect(settingTakes("shared_preload_libraries")).to.equal("restart");
    expect(settingTakes("WAL_LEVEL")).to.equal("restart");
  });

  it("and that a reload is enough for the others", () => {
    expect(settingTakes("work_mem")).to.equal("reload");
    expect(settingTakes("autovacuum_vacuum_scale_factor")).to.equal("reload");
    expect(settingTakes("pg_stat_statements.track")).to.equal("reload");
  });
});
