import { ProgramInfo, RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { expect } from "chai";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

import { installedVersion, offlinePlugins, projectRoot } from "../../../../toolchain/layout";
import { directDependencies, requiredPlugins } from "../../../../toolchain/closed-network/packages";
import { programArguments } from "../../../../toolchain/closed-network/program";

describe("the language host", () => {
  const request = (options: Record<string, string | boolean>): RunRequest =>
    new RunRequest()
      .setMonitorAddress("127.0.0.1:1")
      .setProject("chat-perf")
      .setStack("dev")
      .setPwd("/home/some body/project")
      .setParallel(16)
      .setInfo(
        new ProgramInfo()
          .setRootDirectory("/home/some body/project")
          .setProgramDirectory(projectRoot)
          .setEntryPoint(".")
          .setOptions(Struct.fromJavaScript(options)),
      );

  it("hands the project's node arguments to node, then the engine's to the program", () => {
    const args = programArguments(request({ nodeargs: "--require ./runtime/preload.cjs" }), "127.0.0.1:2");
    expect(args.slice(0, 2)).to.deep.equal(["--require", "./runtime/preload.cjs"]);
    expect(args[2]).to.match(/@pulumi\/pulumi\/cmd\/run\/index.js$/);
    expect(args.slice(3).join(" ")).to.equal(
      "--monitor 127.0.0.1:1 --engine 127.0.0.1:2 --project chat-perf --stack dev " +
        "--pwd /home/some body/project --root-directory /home/some body/project --parallel 16 .",
    );
    expect(args).to.include("/home/some body/project");
  });

  it("marks a preview, and names the organization when there is one", () => {
    const preview = request({}).setDryrun(true).setOrganization("team");
    expect(programArguments(preview, "127.0.0.1:2")).to.include.members([
      "--dry-run",
      "--organization",
      "team",
    ]);
  });

  it("asks for the plugins of this project's packages, in the installed versions", () => {
    for (const name of offlinePlugins) {
      const version = installedVersion(projectRoot, `@pulumi/${name}`);
      expect(requiredPlugins(projectRoot)).to.deep.include({ name, version });
    }
  });

  it("finds the packages from a folder below the project", () => {
    expect(directDependencies(__dirname)).to.deep.equal(directDependencies(projectRoot));
    expect(directDependencies(projectRoot)).to.deep.include({
      name: "@pulumi/pulumi",
      version: installedVersion(projectRoot, "@pulumi/pulumi"),
    });
  });

  it("asks for nothing where there is no package", () => {
    expect(requiredPlugins("/")).to.deep.equal([]);
  });
});
