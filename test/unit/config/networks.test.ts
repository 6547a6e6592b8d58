import { expect } from "chai";
import fc from "fast-check";
import { isLoopback, parseNetwork, publicAddresses } from "../../../config/networks";

const count = (...texts: string[]) => publicAddresses(texts.map((text) => parseNetwork(text)!));

describe("networks", () => {
  it("are counted together, each address once", () => {
    expect(count("0.0.0.0/1", "128.0.0.0/1").ipv4).to.equal(count("0.0.0.0/0").ipv4);
    expect(count("203.0.113.0/24", "203.0.113.128/25", "203.0.113.0/24").ipv4).to.equal(256n);
    expect(count("203.0.113.0/25", "203.0.113.128/25").ipv4).to.equal(256n);
    expect(count("::/1", "8000::/1").ipv6).to.equal(count("::/0").ipv6);
  });

  it("that are local are not counted, and take nothing from those around them", () => {
    expect(count("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8", "fe80::/10")).to.deep.equal({
      ipv4: 0n,
      ipv6: 0n,
    });
    expect(count("10.0.0.0/7").ipv4).to.equal(2n ** 24n);
    expect(count("172.0.0.0/8").ipv4).to.equal(2n ** 24n - 2n ** 20n);
  });

  it("of IPv4 are the same ones in IPv6's spellings", () => {
    for (const text of ["::ffff:0:0/96", "::ffff:0.0.0.0/96", "::/96", "64:ff9b::/96", "::/64"]) {
      expect(count(text).ipv4, text).to.equal(count("0.0.0.0/0").ipv4);
    }
    expect(count("::ffff:203.0.113.0/120")).to.deep.equal({ ipv4: 256n, ipv6: 0n });
    expect(count("::ffff:10.0.0.0/104").ipv4).to.equal(0n);
  });

  it("with bits beyond the prefix name the network and the address", () => {
    expect(parseNetwork("10.1.2.3/8")!.hostBits).to.deep.equal({
      network: "10.0.0.0/8",
      address: "10.1.2.3/32",
    });
    expect(parseNetwork("fd00::1/8")!.hostBits).to.deep.equal({
      network: "fd00::/8",
      address: "fd00::1/128",
    });
    expect(parseNetwork("10.1.2.3/32")!.hostBits).to.equal(undefined);
  });

  it("are nothing else than an address and a prefix", () => {
    for (const text of [
      "",
      "all",
      "10.0.0.0",
      "10.0.0.0/33",
      "::/129",
      "10.0.0/8",
      "10.0.0.0/-1",
      "fe80::%1/64",
    ]) {
      expect(parseNetwork(text), text).to.equal(undefined);
    }
  });

  it("are counted as many however they are cut into pieces", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), fc.integer({ min: 1, max: 31 }), (address, prefix) => {
        const text = (value: number, bits: number) =>
          `${[24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".")}/${bits}`;
        const half = 2 ** (31 - prefix);
        const start = Math.floor(address / (2 * half)) * 2 * half;
        expect(count(text(start, prefix + 1), text(start + half, prefix + 1))).to.deep.equal(
          count(text(start, prefix)),
        );
      }),
    );
  });
});

describe("a loopback host", () => {
  for (const host of ["localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.1", "127.8.9.10", "::1"]) {
    it(`is ${host}`, () => {
      expect(isLoopback(host)).to.equal(true);
    });
  }
  for (const host of ["0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "0x7f000001", "2130706433"]) {
    it(`is ${host}`, () => {
      expect(isLoopback(host)).to.equal(true);
    });
  }
  for (const host of ["", "0.0.0.0", "::", "127.0.0.1.example.com", "localhost.example.com", "127.999.1.1"]) {
    it(`is not "${host}"`, () => {
      expect(isLoopback(host)).to.equal(false);
    });
  }
  for (const host of ["10.0.0.1", "128.0.0.1", "::2", "::ffff:10.0.0.1", "db.example.com", "127"]) {
    it(`is not "${host}"`, () => {
      expect(isLoopback(host)).to.equal(false);
    });
  }
});
