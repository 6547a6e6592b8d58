import { expect } from "chai";
import { connectionUrl } from "../../../postgres/connection";
import { assertUnprotected, protectedWordIn } from "../../../postgres/existing/protected-names";
import { adviceOf, serviceBy } from "../../../postgres/existing/service";
import { clientOptions } from "../../../postgres/tls";

describe("a protected name", () => {
  const protects = (name: string, words = ["prod", "production"]): boolean => {
    try {
      assertUnprotected([["host", name]], words);
      return false;
    } catch {
      return true;
    }
  };

  for (const name of [
    ...["prod", "PROD", "PROD-db.example.com", "db.prod.example.com", "chat_prod", "my-production"],
    ...["prod1", "prod1.example.com", "db-prod2", "1prod", "prod01.eu-west-1.rds.amazonaws.com"],
    ...["productiondb", "proddb", "dbprod", "acmeprod", "prodacme", "myproddb7", "production2"],
    ...["chatProd", "ProdChat", "PRODdb", "myProductionDB", "preprod", "pre-prod", "preproduction"],
    ...["prd", "db-prd", "prd1", "chatPrd", "prddb", "product-prod", "nonprod-of-prod", "canonprod"],
  ]) {
    it(`is ${name}`, () => {
      expect(protects(name)).to.equal(true);
    });
  }
  for (const name of [
    ...["product", "products", "product-catalog", "ProductCatalog", "productdb", "productivity", "producer"],
    ...["reproduction", "reproduce", "deproduct", "byproduct", "coproduction", "produkt", "prodigy-db"],
    ...["nonprod", "non-prod", "chat_non_production", "not-prod", "sprdlx", "staging", "chat_perf", "dev"],
  ]) {
    it(`is not ${name}`, () => {
      expect(protects(name)).to.equal(false);
    });
  }

  for (const name of ["live", "live1", "livedb", "db-live2", "dbLive", "LIVE.example.com"]) {
    it(`is ${name} where live is protected`, () => {
      expect(protects(name, ["live"])).to.equal(true);
    });
  }
  for (const name of ["olive", "delivery", "alive-db", "liverpool"]) {
    it(`is not ${name} where live is protected`, () => {
      expect(protects(name, ["live"])).to.equal(false);
    });
  }

  it("is every name that contains a word of five letters or more", () => {
    expect(protects("acmecustomers", ["Customer"])).to.equal(true);
    expect(protects("product-db", ["product"])).to.equal(true);
    expect(protects("customs", ["customer"])).to.equal(false);
  });

  it("is nothing where no word is protected", () => {
    expect(protects("prod", [])).to.equal(false);
  });

  it("is treated as a text and not as a pattern", () => {
    expect(protects("db-x-1", ["x.1"])).to.equal(false);
    expect(protects("db-x.1", ["x.1"])).to.equal(true);
  });

  it("is named with the longest word that it has", () => {
    expect(protectedWordIn("app_production", ["prod", "production"])).to.equal("production");
  });

  it("is named with the word and what it names, all at once", () => {
    const names = [
      ["host", "prod-1"],
      ["role", "x"],
      ["database", "a_prod"],
    ] as [string, string][];
    expect(() => {
      assertUnprotected(names, ["prod"]);
    }).to.throw(/host prod-1 \(prod\)\n {2}database a_prod \(prod\)/);
  });
});

describe("a managed service", () => {
  for (const [role, words] of [
    ["rds_superuser", /DB parameter group \(Amazon RDS/],
    ["cloudsqlsuperuser", /database flag \(Cloud SQL/],
    ["alloydbsuperuser", /database flag \(AlloyDB/],
    ["azure_pg_admin", /server parameter \(Azure/],
    ["anybody", /ask the server's administrator/],
  ] as const) {
    it(`that has the role ${role} calls settings by its own name`, () => {
      expect(adviceOf(serviceBy(["postgres", role]))).to.match(words);
    });
  }
});

describe("a URL", () => {
  const parts = { host: "db", port: 5432, database: "chat", user: "me", password: "p/w" };

  it("says how the connection is encrypted", () => {
    expect(connectionUrl(parts)).to.equal("postgresql://me:p%2Fw@db:5432/chat");
    expect(
      connectionUrl({
        ...parts,
        tls: { sslmode: "verify-full", sslRootCert: "/a b/ca.pem" },
      }),
    ).to.equal("postgresql://me:p%2Fw@db:5432/chat?sslmode=verify-full&sslrootcert=%2Fa%20b%2Fca.pem");
  });

  it("has an address of IPv6 in brackets", () => {
    expect(connectionUrl({ ...parts, host: "::1" })).to.include("@[::1]:5432/");
  });

  it("has libpq's meaning of require: encryption without verification", () => {
    const { connectionString, ssl } = clientOptions(connectionUrl({ ...parts, tls: { sslmode: "require" } }));
    expect(ssl).to.deep.equal({ rejectUnauthorized: false });
    expect(connectionString).to.equal("postgresql://me:p%2Fw@db:5432/chat");
  });

  it("means with disable no encryption", () => {
    expect(clientOptions("postgresql://db/chat?sslmode=disable").ssl).to.equal(false);
  });

  it("has names compared by verify-full alone", () => {
    const verify = (mode: string) => clientOptions(`postgresql://db/chat?sslmode=${mode}`).ssl;
    expect(verify("verify-ca"))
      .to.include({ rejectUnauthorized: true })
      .and.have.property("checkServerIdentity");
    expect(verify("verify-full")).to.deep.equal({ rejectUnauthorized: true });
  });

  it("is left as it is where it says nothing of TLS, or something else", () => {
    for (const url of ["postgresql://db/chat", "postgresql://db/chat?sslmode=prefer", "not a url"]) {
      expect(clientOptions(url)).to.deep.equal({ connectionString: url });
    }
  });
});
