import { existsSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { setUpEach } from "../support/fixture";
import { small, TestProject } from "../support/project";

describe("a bad configuration", function () {
  this.timeout(300_000);
  let project: TestProject;

  setUpEach(async (undo) => {
    project = TestProject.create();
    undo(() => project.dispose("dev"));
    project.configure("dev", small);
    await project.pulumi("stack", "init", "dev");
  });

  const createdNothing = async (): Promise<void> => {
    for (const folder of [".postgres", ".secrets", "reports"]) {
      expect(existsSync(join(project.folder, folder)), folder).to.equal(false);
    }
    const { stdout } = await project.pulumi("stack", "export", "-s", "dev");
    const { deployment } = JSON.parse(stdout) as { deployment: { resources?: { type: string }[] } };
    const made = (deployment.resources ?? []).filter(({ type }) =>
      /dynamic\/chatperf:|postgresql:/.test(type),
    );
    expect(made.map(({ type }) => type)).to.deep.equal([]);
  };

  it("is refused with all mistakes at once, without a stack trace, and creates nothing", async () => {
    project.configure("dev", { messages: 0, alpha: 1, workMem: "lots", target: "mainframe", seed: "" });
    for (const command of ["preview", "up"]) {
      const { code, output } = await project.pulumi(
        command,
        ...(command === "up" ? ["--yes", "--skip-preview"] : []),
        "-s",
        "dev",
      );
      expect(code).not.to.equal(0);
      for (const key of ["messages", "alpha", "workMem", "target", "seed"]) {
        expect(output).to.include(`chat-perf:${key}`);
      }
      expect(output).not.to.match(/^\s+at .*\(.*:\d+:\d+\)$/m);
    }
    await createdNothing();
  });

  it("with wrong types is refused in the same way", async () => {
    project.configure("dev", { messages: "many", users: "some" });
    const { code, output } = await project.pulumi("up", "--yes", "--skip-preview", "-s", "dev");
    expect(code).not.to.equal(0);
    expect(output).to.include("chat-perf:messages").and.to.include("chat-perf:users");
    await createdNothing();
  });

  it("with more messages than the disk holds names both figures and the remedy", async () => {
    project.configure("dev", { messages: 2_000_000_000, users: 150_000, conversations: 300_000 });
    const { code, output } = await project.pulumi("up", "--yes", "--skip-preview", "-s", "dev");
    expect(code).not.to.equal(0);
    expect(output)
      .to.match(/Insufficient disk space/)
      .and.to.match(/GB/);
    await createdNothing();
  });

  it("with a busy port names the key and creates nothing", async () => {
    const other = createServer();
    await new Promise<void>((listening) => other.listen(0, "127.0.0.1", listening));
    try {
      project.configure("dev", { port: (other.address() as AddressInfo).port });
      const { code, output } = await project.pulumi("up", "--yes", "--skip-preview", "-s", "dev");
      expect(code).not.to.equal(0);
      expect(output).to.include("chat-perf:port");
      await createdNothing();
    } finally {
      other.close();
    }
  });
});
