/* eslint-disable @typescript-eslint/no-require-imports -- loaded when it is called, as an `import` never is */
/**
 * All kinds of tasks. The key is the resource type in Pulumi (`pulumi-nodejs:dynamic/chatperf:<key>`). A task is loaded
 * when it runs, because most tasks need little of the project, and loading all of it takes longer than their work.
 */
export const tasks = {
  EmbeddedServer: () => (require("./embedded-server") as typeof import("./embedded-server")).embeddedServer,
  DockerPlace: () => (require("./docker-place") as typeof import("./docker-place")).dockerPlace,
  DockerServer: () => (require("./docker-server") as typeof import("./docker-server")).dockerServer,
  ExistingServer: () => (require("./existing-server") as typeof import("./existing-server")).existingServer,
  Connectivity: () => (require("./connectivity") as typeof import("./connectivity")).connectivity,
  DiskSpace: () => (require("./disk-space") as typeof import("./disk-space")).diskSpace,
  Setting: () => (require("./setting") as typeof import("./setting")).setting,
  SettingsInForce: () =>
    (require("./settings-in-force") as typeof import("./settings-in-force")).settingsInForce,
  Extensions: () => (require("./extensions") as typeof import("./extensions")).extensions,
  DatabaseSettings: () =>
    (require("./database-settings") as typeof import("./database-settings")).databaseSettings,
  RoleSettings: () => (require("./role-settings") as typeof import("./role-settings")).roleSettings,
  Membership: () => (require("./membership") as typeof import("./membership")).membership,
  Login: () => (require("./login") as typeof import("./login")).login,
  Migrations: () => (require("./migrations") as typeof import("./migrations")).migrations,
  QueryMonitoring: () =>
    (require("./query-monitoring") as typeof import("./query-monitoring")).queryMonitoring,
  AccessFiles: () => (require("./access-files") as typeof import("./access-files")).accessFiles,
  Dataset: () => (require("./dataset") as typeof import("./dataset")).dataset,
  QualityReport: () => (require("./quality-report") as typeof import("./quality-report")).qualityReport,
  Phase2: () => (require("./phase2") as typeof import("./phase2")).phase2,
  Protection: () => (require("./protection") as typeof import("./protection")).protection,
};

export type TaskKind = keyof typeof tasks;
type TaskOf<Kind extends TaskKind> = ReturnType<(typeof tasks)[Kind]>;
/** The inputs of a kind of task. */
export type TaskInputs<Kind extends TaskKind> = Parameters<TaskOf<Kind>["create"]>[0];
/** The outputs of a kind of task. */
export type TaskOutputs<Kind extends TaskKind> = Awaited<ReturnType<TaskOf<Kind>["create"]>>;
